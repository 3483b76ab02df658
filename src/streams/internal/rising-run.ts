import { lowerBound } from './position-tree.js'

/**
 * A longest strictly rising subsequence of `values`: what may stay in place when a list is put into another order.
 * Patience sorting with back links (Fredman 1975): O(n log n).
 */
export function risingRun(values: readonly number[]): ReadonlySet<number> {
  const tails: number[] = []
  const before = new Map<number, number | undefined>()
  for (const value of values) {
    const place = lowerBound(0, tails.length, (at) => tails[at]! < value)
    before.set(value, tails[place - 1])
    tails[place] = value
  }
  const run = new Set<number>()
  for (let value = tails.at(-1); value !== undefined; value = before.get(value)) run.add(value)
  return run
}
