export declare const systemPackages: readonly { readonly program: string; readonly package: string }[]
export declare function findProgram(name: string): string | undefined
export declare function installCommand(packages: readonly string[]): string
export declare function installSystemPackages(): Promise<void>
export declare function withoutStartingServices(install: () => unknown, policy?: string): Promise<void>
