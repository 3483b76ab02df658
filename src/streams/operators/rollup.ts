import type { OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, absent, type FeedEvent, type Key } from '../event.js'
import { FilingSubscriber } from '../internal/filing-subscriber.js'
import { type GroupKey, groupKeyOf } from '../internal/group-key.js'
import { operate } from '../internal/operator.js'
import type { Read } from '../internal/read.js'
import { type Aggregated, type Aggregators, RecordAccumulator } from '../internal/record-accumulator.js'

/** A row of `rollup`: the key of the group and the values by the names of their aggregators. */
export type RollupRow<A> = { readonly key: Key } & Aggregated<A>

/**
 * A row of values for each group of items, under the key that they have in common: a field, or what a pure function reads. `null` and `undefined` belong to no
 * group; other keys are made strings. At a commit only the groups that it touched are looked at; a row whose values are all the same isn't sent; an
 * empty group is retracted.
 *
 * Cost: that of the aggregators an event; it holds a row and what the aggregators need for each group. Errors: `OperatorError` if a given function throws.
 *
 * ```ts
 * cities.pipe(rollup('country', { n: countOf(), people: sumOf('population'), largest: maxOf('population') }))
 * ```
 */
export function rollup<T, A extends Aggregators<NoInfer<T>>>(
  key: Read<NoInfer<T>, GroupKey>,
  aggregators: A,
): OperatorFunction<FeedEvent<T>, FeedEvent<RollupRow<A>>> {
  return operate(RollupSubscriber<T>, groupKeyOf<T>(key), aggregators) as OperatorFunction<FeedEvent<T>, never>
}

class RollupSubscriber<T> extends FilingSubscriber<T, object> {
  readonly held = new Map<Key, RecordAccumulator<T>>()

  constructor(
    out: Subscriber<FeedEvent<object>>,
    keyOf: (item: T) => Key | undefined,
    private readonly aggregators: Aggregators<T>,
  ) {
    super(out, 'rollup', keyOf)
  }

  protected override clear(): void {
    super.clear()
    this.held.clear()
  }

  protected file(key: Key, id: Key, item: T, comes: boolean): void {
    let group = this.held.get(key)
    if (!group) this.held.set(key, (group = new RecordAccumulator(this.aggregators, { key, ...this.aggregators })))
    if (comes) group.add(item, id)
    else group.remove(item, id)
  }

  result(key: Key): object | Absent {
    const group = this.held.get(key)
    if (group && group.size > 0) return group.value
    this.held.delete(key)
    return absent
  }
}
