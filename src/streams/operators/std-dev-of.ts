import type { Aggregator } from '../internal/accumulator.js'
import { ExactSum } from '../internal/exact-sum.js'
import { type NumberTally, tallyOf } from '../internal/number-tally.js'
import { type Read, reader } from '../internal/read.js'

/** Veltkamp's constant: it cuts a double into two halves whose products are exact. */
const half = 2 ** 27 + 1

/** Which deviation. */
export interface DeviationOptions {
  /** The items are a sample: divide by n - 1. Default: they are all there are. */
  readonly sample?: boolean
}

/**
 * The standard deviation of a numeric field, or of what a pure function makes of each item; `undefined` of none (of a sample: of fewer than two).
 * What isn't a number counts as nothing; NaN with NaN, an infinity or a number beyond 1e150. Squares are kept exact, so neither a large mean nor an outlier that has
 * gone costs digits. O(1) an item.
 */
export function stdDevOf<T>(value: Read<T, number | null | undefined>, options: DeviationOptions = {}): Aggregator<T, number | undefined> {
  const less = options.sample === true ? 1 : 0
  return tallyOf(
    reader<T, unknown>(value),
    (tally) => (tally.n > less ? Math.sqrt(spread(tally) / (tally.n - less)) : undefined),
    addProduct,
  )
}

/** Σ(x - M)² = Σx² - M·Σx for the mean M = m + r/n: m as it is rounded, and r = Σx - n·m, what that left; all as exact as the sums. */
function spread<T, V>({ n, sum, squares }: NumberTally<T, V>): number {
  const mean = sum.value / n
  if (!Number.isFinite(mean + squares!.value)) return NaN
  const rest = new ExactSum()
  addProduct(rest, n, -mean)
  const result = new ExactSum()
  for (const part of [sum.high, sum.low]) {
    rest.add(part)
    addProduct(result, part, -mean)
  }
  for (const part of [squares!.high, squares!.low]) result.add(part)
  const left = rest.high + rest.low
  addProduct(result, left, -mean)
  result.add((-left * left) / n)
  return Math.max(0, result.high + result.low)
}

/** Adds a · b to `sum`, or takes it out, without rounding the product (Dekker's four partial products). */
function addProduct(sum: ExactSum, a: number, b: number, sign: 1 | -1 = 1): void {
  const aHigh = half * a - (half * a - a)
  const bHigh = half * b - (half * b - b)
  sum.add(aHigh * bHigh, sign)
  sum.add(aHigh * (b - bHigh), sign)
  sum.add((a - aHigh) * bHigh, sign)
  sum.add((a - aHigh) * (b - bHigh), sign)
}
