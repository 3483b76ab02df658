import type { Aggregator } from '../internal/accumulator.js'
import { tallyOf } from '../internal/number-tally.js'
import { type Read, reader } from '../internal/read.js'

/**
 * The sum of a numeric field, or of what a pure function makes of each item. What isn't a number counts as nothing.
 * Exact for safe integers, compensated for fractions; NaN and infinities are counted apart, so they leave no trace when they go.
 * O(1) an item.
 */
export function sumOf<T>(value: Read<T, number | null | undefined>): Aggregator<T, number> {
  return tallyOf(reader<T, unknown>(value), ({ sum }) => sum.value)
}
