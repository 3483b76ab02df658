export interface Size {
  readonly name: string
  readonly bytes: number
  readonly budget: number | undefined
  readonly files: readonly (readonly [file: string, minifiedBytes: number])[]
}
export declare function measureSizes(): Promise<Size[]>
