import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { freePort } from './free-port.js'
import { startChild } from './process.js'
import { requireProgram } from './program.js'

/** A Redis of its own in memory, on loopback. */
export interface RedisServer {
  readonly port: number
  stop(): Promise<void>
}

/** Starts Redis; skips the tests where it is missing. Stop it in an `after` hook. */
export async function startRedis(context: Context): Promise<RedisServer> {
  const command = requireProgram(context, 'redis-server')
  const folder = mkdtempSync(join(tmpdir(), 'rachis-redis-'))
  const port = await freePort()
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = await startChild({ command, args, cwd: folder, ready: /Ready to accept connections/ })
  return {
    port,
    stop: async () => {
      await child.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
