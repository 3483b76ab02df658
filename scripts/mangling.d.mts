import type { BuildOptions } from 'esbuild'

export declare function shortened(): BuildOptions
export declare function pageModules(): BuildOptions
