import type { Aggregator } from '../internal/accumulator.js'
import { tallyOf } from '../internal/number-tally.js'
import { type Read, reader } from '../internal/read.js'

/**
 * The mean of a numeric field, or of what a pure function makes of each item; `undefined` of none. What isn't a number counts as nothing.
 * As exact as `sumOf`. O(1) an item.
 */
export function avgOf<T>(value: Read<T, number | null | undefined>): Aggregator<T, number | undefined> {
  return tallyOf(reader<T, unknown>(value), ({ n, sum }) => (n === 0 ? undefined : sum.value / n))
}
