import type { OperatorFunction } from 'rxjs'
import type { FeedEvent, ItemEvent } from '../event.js'
import type { Accumulator, Aggregator } from '../internal/accumulator.js'
import { foldWith } from '../internal/fold.js'
import { type Aggregated, type Aggregators, RecordAccumulator } from '../internal/record-accumulator.js'

export type { Accumulator, Aggregator } from '../internal/accumulator.js'
export type { Aggregated, Aggregators } from '../internal/record-accumulator.js'

/**
 * One value of the whole feed, or a record of several: the first with the first commit, then one for each commit that changed it.
 *
 * Cost: that of the aggregators, O(1) an event for `countOf` and `sumOf`; it holds what they need. Errors: `OperatorError` if a given function throws.
 *
 * ```ts
 * cities.pipe(aggregate(countOf()))
 * cities.pipe(aggregate({ n: countOf(), people: sumOf('population') }))
 * ```
 */
export function aggregate<T, V, A extends Aggregators<NoInfer<T>>>(
  aggregators: Aggregator<NoInfer<T>, V> | A,
): OperatorFunction<FeedEvent<T>, string extends keyof A ? V : Aggregated<A>> {
  const make = (last: unknown): Accumulator<T, unknown> =>
    isAggregator(aggregators) ? aggregators.accumulate() : new RecordAccumulator<T>(aggregators, last as Aggregated<A>)
  return foldWith('aggregate', () => {
    let last: unknown = { ...aggregators }
    let accumulator = make(last)
    return {
      get value() {
        return (last = accumulator.value) as never
      },
      apply(event: ItemEvent<T>) {
        if (event.type !== 'publish') accumulator.remove(event.previous, event.id)
        if (event.type !== 'retract') accumulator.add(event.item, event.id)
      },
      clear() {
        accumulator = make(last)
      },
    }
  })
}

function isAggregator<T, V>(value: Aggregator<T, V> | Aggregators<T>): value is Aggregator<T, V> {
  return typeof value.accumulate === 'function'
}
