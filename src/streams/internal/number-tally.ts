import type { Accumulator, Aggregator } from './accumulator.js'
import { ExactSum } from './exact-sum.js'

/** The numbers read from items: how many, their sum, and that of their squares if asked for. What isn't a number counts as nothing. */
export class NumberTally<T, V> implements Accumulator<T, V> {
  n = 0
  readonly sum = new ExactSum()
  readonly squares: ExactSum | undefined

  constructor(
    private readonly read: (item: T) => unknown,
    private readonly result: (tally: NumberTally<T, V>) => V,
    squared: boolean,
  ) {
    if (squared) this.squares = new ExactSum()
  }

  get value(): V {
    return this.result(this)
  }

  add(item: T): void {
    this.tally(item, 1)
  }

  remove(item: T): void {
    this.tally(item, -1)
  }

  private tally(item: T, sign: 1 | -1): void {
    const value = this.read(item)
    if (typeof value !== 'number') return
    this.n += sign
    this.sum.add(value, sign)
    this.squares?.addProduct(value, value, sign)
  }
}

/** What `result` makes of the numbers that `read` gives. */
export function tallyOf<T, V>(read: (item: T) => unknown, result: (tally: NumberTally<T, V>) => V, squared = false): Aggregator<T, V> {
  return { accumulate: () => new NumberTally(read, result, squared) }
}
