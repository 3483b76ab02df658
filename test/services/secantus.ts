import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { freePort } from './free-port.js'
import { type Child, startChild } from './process.js'

/** It has pre-releases only, so pip must be told which. */
const release = 'SecantusDB==0.7.0b3'
const environment = join(import.meta.dirname, '../../node_modules/.cache/rachis/secantus')
const program = join(environment, 'bin/secantusd-py')
const installMs = 180_000

/** A SecantusDB of its own: MongoDB's wire protocol on WiredTiger, a replica set of one, on loopback. */
export interface SecantusServer {
  readonly port: number
  /** The URI of a database on it. */
  uri(database: string): string
  /** SIGKILL at once; `start` goes on with the same data on the same port. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface SecantusOptions {
  /** Not as a replica set. */
  readonly standalone?: boolean
  /** What it acknowledges survives `kill`. Otherwise the last moments before it are forgotten and their places in the log given anew. */
  readonly durable?: boolean
}

/**
 * Starts SecantusDB, installed into the cache folder at its first use (Python's venv and pip); skips the tests where that is impossible. Stop it in
 * an `after` hook.
 */
export async function startSecantus(
  context: Context,
  { standalone = false, durable = false }: SecantusOptions = {},
): Promise<SecantusServer> {
  install(context)
  const folder = mkdtempSync(join(tmpdir(), 'rachis-secantus-'))
  const port = await freePort()
  const args = ['--host', '127.0.0.1', '--port', String(port), '--storage-path', folder, '--cache-size', '64M', '--enable-test-commands']
  if (standalone) args.push('--standalone')
  if (durable) args.push('--sync-on-commit')
  let child: Child | undefined
  const start = async (): Promise<void> => {
    child = await startChild({ command: program, args, cwd: folder, ready: /listening on/ })
  }
  await start()
  return {
    port,
    uri: (database) => `mongodb://127.0.0.1:${port}/${database}?directConnection=true`,
    start,
    kill: async () => {
      await child?.kill()
    },
    stop: async () => {
      await child?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function install(context: Context): void {
  if (existsSync(program)) return
  context.timeout(installMs)
  console.log(`Installing ${release} …`)
  const fault = madeEnvironment() ?? run(join(environment, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', release])
  if (fault === undefined && existsSync(program)) return
  rmSync(environment, { recursive: true, force: true })
  const how = `python3 -m venv ${environment} && ${environment}/bin/pip install ${release}`
  if (process.env['CI'] === 'true') throw new Error(`SecantusDB is missing: ${how}\n${fault ?? ''}`)
  console.warn(`*** skipped, for want of SecantusDB: ${how} ***\n${fault ?? ''}`)
  context.skip()
}

/** Debian packs venv apart from Python: as root it is installed. */
function madeEnvironment(): string | undefined {
  const make = (): string | undefined => run('python3', ['-m', 'venv', environment])
  const fault = make()
  if (fault === undefined || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return fault
  const packages = ['python3', 'python3-venv']
  return run('apt-get', ['update', '-q']) ?? run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages]) ?? make()
}

/** What went wrong, if anything did. */
function run(command: string, args: readonly string[]): string | undefined {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: installMs, env })
  if (status === 0) return undefined
  return `${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`
}
