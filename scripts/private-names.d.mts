export declare const listFile: string
export declare function privateNames(): Promise<Readonly<Record<string, string>>>
