import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from './row.js'

export const suite = 'xmpp'

/**
 * A node in a Backbone collection, beside what one would write by hand on strophe.js: live stanzas, from the WebSocket's text or from the parsed element to the bound
 * model; and a node of 10,000 items on real servers, from the request to a feed that is ready.
 */
export function run(report: (row: Row) => void, only: readonly string[]): Promise<void> {
  const child = fork(join(import.meta.dirname, 'xmpp', 'measure.ts'), only, {
    execArgv: ['--import=tsx', '--expose-gc', ...process.execArgv.filter((option) => option.startsWith('--cpu-prof'))],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  child.on('message', (row: Row) => {
    report(row)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the XMPP bench ended with code ${String(code)}`))
    })
  })
}
