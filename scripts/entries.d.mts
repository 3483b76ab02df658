export interface Entry {
  readonly subpath: string
  readonly file: string
  readonly source: string
  readonly browser: boolean
  readonly global: boolean
  readonly script?: string
}
export declare const root: string
export declare const entries: readonly Entry[]
export declare const missingEntries: readonly Entry[]
export declare const cli: { readonly file: string; readonly source: string }
export declare const hasCli: boolean
