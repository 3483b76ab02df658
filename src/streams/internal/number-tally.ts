import type { Accumulator, Aggregator } from './accumulator.js'
import { ExactSum } from './exact-sum.js'

/** Adds a product to a sum, or takes it out. */
type AddProduct = (sum: ExactSum, a: number, b: number, sign: 1 | -1) => void

/** The numbers read from items: how many, their sum, and that of their squares if asked for. What isn't a number counts as nothing. */
export class NumberTally<T, V> implements Accumulator<T, V> {
  n = 0
  readonly sum = new ExactSum()
  readonly squares: ExactSum | undefined

  constructor(
    private readonly read: (item: T) => unknown,
    private readonly result: (tally: NumberTally<T, V>) => V,
    private readonly addProduct: AddProduct | undefined,
  ) {
    if (addProduct) this.squares = new ExactSum()
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
    if (this.squares) this.addProduct!(this.squares, value, value, sign)
  }
}

/** What `result` makes of the numbers that `read` gives; of their squares too if it is told how to add them. */
export function tallyOf<T, V>(
  read: (item: T) => unknown,
  result: (tally: NumberTally<T, V>) => V,
  addProduct?: AddProduct,
): Aggregator<T, V> {
  return { accumulate: () => new NumberTally(read, result, addProduct) }
}
