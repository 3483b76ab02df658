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
  /** Something came or went since the values were read. */
  private stale = true
  private readonly parts: readonly (readonly [name: string, part: Accumulator<T, unknown>])[]

  constructor(
    aggregators: Aggregators<T>,
    /** The last values, and what goes with them; before there are any, something else under their names, so that all rows have one hidden class. */
    private last: Values,
  ) {
    const shared = new Map<unknown, unknown>()
    this.parts = Object.entries(aggregators).map(([name, aggregator]) => [name, aggregator.accumulate(shared)])
  }

  /** The same object as long as no value has changed. */
  get value(): Values {
    const { last } = this
    if (!this.stale) return last
    this.stale = false
    let next: Record<string, unknown> = last
    for (const [name, { value }] of this.parts) {
      if (Object.is(value, last[name])) continue
      if (next === last) next = { ...last }
      next[name] = value
    }
    return (this.last = next)
  }

  add(item: T, id: Key): void {
    this.size++
    this.stale = true
    for (const [, part] of this.parts) part.add(item, id)
  }

  remove(item: T, id: Key): void {
    this.size--
    this.stale = true
    for (const [, part] of this.parts) part.remove(item, id)
  }
}
