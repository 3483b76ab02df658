/**
 * A longest strictly rising subsequence of `values`: what may stay in place when a list is put into another order.
 * Patience sorting with back links (Fredman 1975): O(n log n).
 */
export function risingRun(values: readonly number[]): ReadonlySet<number> {
  const tails: number[] = []
  const before = new Map<number, number | undefined>()
  for (const value of values) {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (tails[middle]! < value) low = middle + 1
      else high = middle
    }
    before.set(value, tails[low - 1])
    tails[low] = value
  }
  const run = new Set<number>()
  for (let value = tails.at(-1); value !== undefined; value = before.get(value)) run.add(value)
  return run
}
