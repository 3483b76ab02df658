import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from './row.js'

export const suite = 'fanout'

/**
 * The hub beside socket.io and bare ws: 500 WebSocket clients in a process of their own, on loopback. Deliveries a second, from the first
 * event until the last client has the last one; counting clients look for the number of the last event of a message, folding ones parse
 * everything and keep the items by id.
 */
export function run(report: (row: Row) => void): Promise<void> {
  const child = fork(join(import.meta.dirname, 'fanout', 'measure.ts'), {
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
      else reject(new Error(`the fan-out bench ended with code ${String(code)}`))
    })
  })
}
