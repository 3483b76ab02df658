import type { Key } from '../event.js'
import type { Accumulator, Aggregator } from './accumulator.js'

/** Several aggregators by name. */
export type Aggregators<T> = Readonly<Record<string, Aggregator<T, unknown>>>
/** The values of several aggregators by the same names. */
export type Aggregated<A> = { readonly [K in keyof A]: A[K] extends Aggregator<never, infer V> ? V : never }

type Values = Readonly<Record<string, unknown>>

/** Several accumulators and how many items they were given. */
export class RecordAccumulator<T> implements Accumulator<T, Values> {
  size = 0
  private readonly parts: readonly Accumulator<T, unknown>[]

  constructor(
    private readonly aggregators: Aggregators<T>,
    /** The last values, or what goes with them. */
    private last: Values,
  ) {
    this.parts = Object.values(aggregators).map((aggregator) => aggregator.accumulate())
  }

  /** The same object as long as no value has changed. */
  get value(): Values {
    const { last, parts } = this
    const names = Object.keys(this.aggregators)
    const values = parts.map((part) => part.value)
    const same = names.every((name, index) => name in last && Object.is(values[index], last[name]))
    return same ? last : (this.last = { ...last, ...Object.fromEntries(names.map((name, index) => [name, values[index]])) })
  }

  add(item: T, id: Key): void {
    this.size++
    for (const part of this.parts) part.add(item, id)
  }

  remove(item: T, id: Key): void {
    this.size--
    for (const part of this.parts) part.remove(item, id)
  }
}
