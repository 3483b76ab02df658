type Edit = readonly [start: number, end: number, text: string]

export declare function privateNames(): {
  readonly names: Readonly<Record<string, string>>
  readonly edits: Readonly<Record<string, readonly Edit[]>>
}
export declare function renamed(text: string, edits?: readonly Edit[]): string
export declare function typeErrors(): string[]
