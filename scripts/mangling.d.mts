import type { BuildOptions } from 'esbuild'

export declare const mangling: Pick<BuildOptions, 'mangleProps' | 'mangleCache'>
export declare function pageModules(): BuildOptions
