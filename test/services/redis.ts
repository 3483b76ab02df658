import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { freePort } from './free-port.js'
import { type Child, startChild } from './process.js'
import { requireProgram } from './program.js'

/** A Redis of its own in memory, on loopback. */
export interface RedisServer {
  readonly port: number
  /** Ends it with all that it holds; `start` begins anew on the same port. */
  halt(): Promise<void>
  start(): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers, until `resume`. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

/** Starts Redis; skips the tests where it is missing. Stop it in an `after` hook. */
export async function startRedis(context: Context): Promise<RedisServer> {
  const command = requireProgram(context, 'redis-server')
  const folder = mkdtempSync(join(tmpdir(), 'rachis-redis-'))
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const start = (): Promise<Child> => startChild({ command, args, cwd: folder, ready: /Ready to accept connections/ })
  let child = await start()
  return {
    port,
    halt: async () => {
      await child.kill()
    },
    start: async () => {
      child = await start()
    },
    pause: () => {
      process.kill(child.pid, 'SIGSTOP')
    },
    resume: () => {
      process.kill(child.pid, 'SIGCONT')
    },
    stop: async () => {
      await child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
