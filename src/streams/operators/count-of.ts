import type { Accumulator, Aggregator } from '../internal/accumulator.js'

/** How many items there are. O(1) an item. */
export function countOf(): Aggregator<unknown, number> {
  return { accumulate: () => new Count() }
}

class Count implements Accumulator<unknown, number> {
  value = 0

  add(): void {
    this.value++
  }

  remove(): void {
    this.value--
  }
}
