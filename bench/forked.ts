import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { Row } from './row.js'

/** Runs `measure` of a suite in a process of its own, as in production whatever the caller's environment is. Profiling options go to it as well. */
export function runForked(suite: string, report: (row: Row) => void, args: readonly string[] = []): Promise<void> {
  const profile = process.execArgv.filter((option) => option.startsWith('--cpu-prof'))
  const child = fork(join(import.meta.dirname, suite, 'measure.js'), args, {
    execArgv: ['--expose-gc', ...profile],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  child.on('message', (row: Row) => {
    report(row)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the bench ${suite} ended with code ${String(code)}`))
    })
  })
}
