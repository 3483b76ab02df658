export interface Size {
  readonly name: string
  readonly bytes: number
  readonly budget: number | undefined
  /** What it should be one day, where it isn't yet. */
  readonly goal: number | undefined
  readonly files: readonly (readonly [file: string, minifiedBytes: number])[]
}
export declare function measureSizes(): Promise<Size[]>
