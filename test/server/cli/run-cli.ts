import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { node } from '../../../scripts/run.mjs'

export const root = join(import.meta.dirname, '../../..')
/** The built program: what users run, and twice as fast to start. */
export const cli = join(root, 'dist/esm/cli.js')

/** Builds the program if a source is newer. */
export async function buildCli(): Promise<void> {
  if ((await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' })) !== 0) throw new Error('The build failed.')
}

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `rachis` to its end, with `input` as its standard input. */
export function runCli(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {}): Promise<Ran> {
  const { cwd, input = '' } = options
  const env = { ...process.env, PORT: '', ...options.env }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd, env, timeout: 15_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** A new folder, and how to be rid of it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'rachis-cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
