import type { Aggregator } from '../internal/accumulator.js'
import { extremumOf, type Sortable, type SortableField } from '../internal/extremum.js'

/**
 * The greatest number, string, date or bigint of a field, or of what a pure function makes of each item, by `<`; they are all of one kind. `null`, `undefined`, NaN and
 * invalid dates count as nothing; `undefined` of none. O(log n) an item, also when the greatest goes; it holds the values.
 */
export function maxOf<T, V extends Sortable>(value: (item: T) => V | null | undefined): Aggregator<T, V | undefined>
export function maxOf<T, K extends SortableField<NoInfer<T>> = SortableField<T>>(value: K): Aggregator<T, NonNullable<T[K]> | undefined>
export function maxOf<T>(value: string | ((item: T) => unknown)): Aggregator<T, unknown> {
  return extremumOf(value, -1)
}
