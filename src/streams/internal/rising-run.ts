/**
 * The indices of a longest strictly rising subsequence of `values`, ascending: what may stay in place when a list is put into another order.
 * Patience sorting with back links (Fredman 1975): O(n log n).
 */
export function risingRun(values: readonly number[]): number[] {
  const tails: number[] = []
  const before: number[] = []
  values.forEach((value, index) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[tails[middle]!]! < value) low = middle + 1
      else high = middle
    }
    before.push(low > 0 ? tails[low - 1]! : -1)
    tails[low] = index
  })
  const run: number[] = []
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index]!) run.push(index)
  return run.reverse()
}
