import type { Aggregator } from '../internal/accumulator.js'
import { tallyOf } from '../internal/number-tally.js'
import { type Read, reader } from '../internal/read.js'

/** Whether all items pass: a field is true, or what a pure function says; of none it is true. O(1) an item. */
export function everyOf<T>(test: Read<T, boolean | null | undefined>): Aggregator<T, boolean> {
  const read = reader<T, unknown>(test)
  return tallyOf(
    (item: T) => (read(item) ? undefined : 0),
    ({ n }) => n === 0,
  )
}
