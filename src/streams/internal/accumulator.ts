import type { Key } from '../event.js'

/** A running value over a multiset of items. */
export interface Accumulator<in T, out V> {
  readonly value: V
  add(item: T, id: Key): void
  /** Undoes one `add` of the same item. */
  remove(item: T, id: Key): void
}

/** What `aggregate` and `rollup` take: makes an accumulator for each subscription or group. */
export interface Aggregator<in T, out V> {
  /** `shared` is there for those of one record, which are given the same items. */
  accumulate(shared?: Map<unknown, unknown>): Accumulator<T, V>
}
