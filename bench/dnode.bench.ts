import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from './row.js'

export const suite = 'dnode'

/**
 * The middleware of old clients. Creating beside the same written on socket.io with Mongoose: 200 WebSocket clients on one URL in a process of their
 * own, from a client's create until everybody has the created. Calls over TCP beside bare dnode, by clients of the `dnode` package.
 */
export function run(report: (row: Row) => void): Promise<void> {
  const child = fork(join(import.meta.dirname, 'dnode', 'measure.ts'), {
    execArgv: ['--import=tsx', '--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  child.on('message', (row: Row) => {
    report(row)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the dnode bench ended with code ${String(code)}`))
    })
  })
}
