import type { ExactSum } from './exact-sum.js'

/** Veltkamp's constant: it cuts a double into two halves whose products are exact. */
const half = 2 ** 27 + 1

/** Adds a · b to `sum`, or takes it out, without rounding the product (Dekker's four partial products). */
export function addProduct(sum: ExactSum, a: number, b: number, sign: 1 | -1 = 1): void {
  const aHigh = half * a - (half * a - a)
  const bHigh = half * b - (half * b - b)
  sum.add(aHigh * bHigh, sign)
  sum.add(aHigh * (b - bHigh), sign)
  sum.add((a - aHigh) * bHigh, sign)
  sum.add((a - aHigh) * (b - bHigh), sign)
}
