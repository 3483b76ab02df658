import type { OperatorFunction } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import { type Fold, foldWith } from '../internal/fold.js'
import { HeldState } from '../internal/held-state.js'

/**
 * The whole state as an array, at each commit that changed it: a new array each time, never altered afterwards.
 * An ordered feed gives its order; an unordered one the order of the keys. O(n) such a commit; it holds the items.
 *
 * ```ts
 * todos.pipe(orderBy({ title: 1 }), asArray()).subscribe((list) => console.log(list.length))
 * ```
 */
export function asArray<T>(): OperatorFunction<FeedEvent<T>, readonly T[]> {
  return foldWith('asArray', () => new ArrayFold<T>())
}

class ArrayFold<T> implements Fold<T, readonly T[]> {
  private readonly held = new HeldState<T>()
  /** The keys of an unordered feed, sorted; made anew after keys came or went. */
  private keys: Key[] | undefined

  get value(): readonly T[] {
    const { items, list } = this.held
    this.keys ??= [...items.keys()].sort()
    return [...list.range().map(({ item }) => item), ...this.keys.map((key) => items.get(key) as T)]
  }

  apply(event: ItemEvent<T>): void {
    this.held.apply(event)
    if (event.type !== 'change') this.keys = undefined
  }

  clear(): void {
    this.held.clear()
    this.keys = undefined
  }
}
