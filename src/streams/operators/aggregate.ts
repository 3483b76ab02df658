import type { Observable, OperatorFunction } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import type { Accumulator, Aggregator } from '../internal/accumulator.js'
import { type Fold, foldWith } from '../internal/fold.js'

export type { Accumulator, Aggregator } from '../internal/accumulator.js'

/** Several aggregators by name. */
export type Aggregators<T> = Readonly<Record<string, Aggregator<T, unknown>>>
/** The values of several aggregators by the same names. */
export type Aggregated<A> = { readonly [K in keyof A]: A[K] extends Aggregator<never, infer V> ? V : never }

/**
 * One value of the whole feed, or a record of several: the first with the first commit, then one for each commit that changed it.
 *
 * Cost: that of the aggregators, O(1) an event for `countOf` and `sumOf`. Errors: `OperatorError` if a given function throws.
 *
 * ```ts
 * cities.pipe(aggregate(countOf()))
 * cities.pipe(aggregate({ n: countOf(), people: sumOf('population') }))
 * ```
 */
export function aggregate<T, V>(aggregator: Aggregator<NoInfer<T>, V>): OperatorFunction<FeedEvent<T>, V>
export function aggregate<T, A extends Aggregators<NoInfer<T>>>(aggregators: A): OperatorFunction<FeedEvent<T>, Aggregated<A>>
export function aggregate<T>(
  aggregators: Aggregator<T, unknown> | Aggregators<T>,
): (feed: Observable<FeedEvent<T>>) => Observable<unknown> {
  return foldWith(
    'aggregate',
    () => new AccumulatorFold(isAggregator(aggregators) ? aggregators.accumulate() : new RecordAccumulator(aggregators)),
  )
}

function isAggregator<T>(value: Aggregator<T, unknown> | Aggregators<T>): value is Aggregator<T, unknown> {
  return typeof value.accumulate === 'function'
}

class AccumulatorFold<T> implements Fold<T, unknown> {
  constructor(private readonly accumulator: Accumulator<T, unknown>) {}

  get value(): unknown {
    return this.accumulator.value
  }

  apply(event: ItemEvent<T>): void {
    if (event.type !== 'publish') this.accumulator.remove(event.previous, event.id)
    if (event.type !== 'retract') this.accumulator.add(event.item, event.id)
  }

  clear(): void {
    this.accumulator.clear()
  }
}

class RecordAccumulator<T> implements Accumulator<T, Readonly<Record<string, unknown>>> {
  private readonly names: readonly string[]
  private readonly parts: readonly Accumulator<T, unknown>[]
  private last: Readonly<Record<string, unknown>> | undefined

  constructor(aggregators: Aggregators<T>) {
    this.names = Object.keys(aggregators)
    this.parts = Object.values(aggregators).map((aggregator) => aggregator.accumulate())
  }

  /** The same object as long as no value has changed. */
  get value(): Readonly<Record<string, unknown>> {
    const { last } = this
    const values = this.parts.map((part) => part.value)
    if (last !== undefined && this.names.every((name, index) => Object.is(last[name], values[index]))) return last
    return (this.last = Object.fromEntries(this.names.map((name, index) => [name, values[index]])))
  }

  add(item: T, id: Key): void {
    for (const part of this.parts) part.add(item, id)
  }

  remove(item: T, id: Key): void {
    for (const part of this.parts) part.remove(item, id)
  }

  clear(): void {
    for (const part of this.parts) part.clear()
  }
}
