import { runForked } from './forked.js'
import { operatorCases } from './operators/cases.js'
import { sizeName } from './operators/measure-case.js'
import type { Row } from './row.js'

export const suite = 'operators'

const sizes = [1_000, 10_000, 100_000, 1_000_000]

/**
 * The operators at growing sizes, beside TanStack DB, event-reduce and a recompute with arrays, the hand-written loop as limit; each case at each
 * size in a process of its own. `only` picks from the cases by a part of their names, the size included: `npm run bench -- operators --only 'join'
 * --only '100k'` runs what contains both.
 */
export async function run(report: (row: Row) => void, only: readonly string[]): Promise<void> {
  for (const { name } of operatorCases) {
    /** What one change costs us, by size. */
    const costs = new Map<number, number>()
    for (const size of sizes) {
      const title = `${name}, ${sizeName(size)}`
      if (!only.every((part) => `${title} `.includes(part))) continue
      await runForked(
        suite,
        (row) => {
          report(row)
          if (row.case === `${title}: one change`) costs.set(size, row.value)
        },
        [name, String(size)],
      )
    }
    const [small, large] = [costs.get(10_000), costs.get(1_000_000)]
    if (small === undefined || large === undefined) continue
    const compared = { peer: 'rachis, 10k', peerValue: small, ratio: small / large }
    report({ suite, case: `${name}: one change, 1M beside 10k`, subject: 'rachis', unit: 'ms', value: large, ...compared })
  }
}
