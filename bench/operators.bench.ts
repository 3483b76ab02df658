import { groupedCases } from './operators/cases/grouped.js'
import { joinedCases } from './operators/cases/joined.js'
import { oneToOneCases } from './operators/cases/one-to-one.js'
import { orderedCases } from './operators/cases/ordered.js'
import { type Costs, measure, sizeName } from './operators/measure.js'
import type { Row } from './row.js'

export const suite = 'operators'

const sizes = [1_000, 10_000, 100_000, 1_000_000]

/**
 * The operators at growing sizes, beside TanStack DB, event-reduce and a recompute with arrays, the hand-written loop as limit. `only` picks from
 * the cases by a part of their names, the size included: `npm run bench -- operators --only 'join' --only '100k'` runs what contains both.
 */
export async function run(report: (row: Row) => void, only: readonly string[]): Promise<void> {
  const costs: Costs = new Map()
  for (const subject of [...orderedCases, ...oneToOneCases, ...groupedCases, ...joinedCases])
    for (const size of sizes) {
      const title = `${subject.name}, ${sizeName(size)} `
      if (only.every((part) => title.includes(part))) await measure(suite, subject, size, costs, report)
    }
}
