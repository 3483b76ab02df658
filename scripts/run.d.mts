import type { SpawnOptions } from 'node:child_process'
export declare function run(command: string, args: readonly string[], options?: SpawnOptions): Promise<number>
export declare function node(file: string, args: readonly string[], options?: SpawnOptions): Promise<number>
