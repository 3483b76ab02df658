import type { Aggregator } from '../internal/accumulator.js'
import { tallyOf } from '../internal/number-tally.js'

/** How many items there are. O(1) an item. */
export function countOf(): Aggregator<unknown, number> {
  return tallyOf(
    () => 0,
    ({ n }) => n,
  )
}
