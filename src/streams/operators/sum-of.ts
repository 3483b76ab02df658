import type { Accumulator, Aggregator } from '../internal/accumulator.js'
import { ExactSum } from '../internal/exact-sum.js'
import { type Read, reader } from '../internal/read.js'

/**
 * The sum of a numeric field, or of what a pure function makes of each item. What isn't a number counts as nothing.
 * Exact for safe integers, compensated for fractions; NaN and infinities are counted apart, so they leave no trace when they go.
 * O(1) an item.
 */
export function sumOf<T>(value: Read<T, number | null | undefined>): Aggregator<T, number> {
  const read = reader<T, unknown>(value)
  return { accumulate: () => new Sum(read) }
}

class Sum<T> implements Accumulator<T, number> {
  private readonly sum = new ExactSum()

  constructor(private readonly read: (item: T) => unknown) {}

  get value(): number {
    return this.sum.value
  }

  add(item: T): void {
    this.count(item, 1)
  }

  remove(item: T): void {
    this.count(item, -1)
  }

  clear(): void {
    this.sum.clear()
  }

  private count(item: T, sign: 1 | -1): void {
    const value = this.read(item)
    if (typeof value === 'number') this.sum.add(value, sign)
  }
}
