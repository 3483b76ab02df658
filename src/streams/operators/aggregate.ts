import type { Observable, OperatorFunction } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import type { Accumulator, Aggregator } from '../internal/accumulator.js'
import { foldWith } from '../internal/fold.js'
import { sameFields } from './fields.js'

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
  return foldWith('aggregate', () => {
    const accumulator = isAggregator(aggregators) ? aggregators.accumulate() : new RecordAccumulator(aggregators)
    return {
      get value() {
        return accumulator.value
      },
      apply(event: ItemEvent<T>) {
        if (event.type !== 'publish') accumulator.remove(event.previous, event.id)
        if (event.type !== 'retract') accumulator.add(event.item, event.id)
      },
      clear() {
        accumulator.clear()
      },
    }
  })
}

function isAggregator<T>(value: Aggregator<T, unknown> | Aggregators<T>): value is Aggregator<T, unknown> {
  return typeof value.accumulate === 'function'
}

class RecordAccumulator<T> implements Accumulator<T, Readonly<Record<string, unknown>>> {
  private readonly parts: readonly (readonly [name: string, part: Accumulator<T, unknown>])[]
  private readonly same: (a: object, b: object) => boolean
  private last: Readonly<Record<string, unknown>> | undefined

  constructor(aggregators: Aggregators<T>) {
    this.parts = Object.entries(aggregators).map(([name, aggregator]) => [name, aggregator.accumulate()])
    this.same = sameFields(Object.keys(aggregators))
  }

  /** The same object as long as no value has changed. */
  get value(): Readonly<Record<string, unknown>> {
    const values = Object.fromEntries(this.parts.map(([name, part]) => [name, part.value]))
    const { last } = this
    return last !== undefined && this.same(last, values) ? last : (this.last = values)
  }

  add(item: T, id: Key): void {
    for (const [, part] of this.parts) part.add(item, id)
  }

  remove(item: T, id: Key): void {
    for (const [, part] of this.parts) part.remove(item, id)
  }

  clear(): void {
    for (const [, part] of this.parts) part.clear()
  }
}
