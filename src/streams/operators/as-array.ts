import type { OperatorFunction } from 'rxjs'
import { type FeedEvent, isPlaced, type ItemEvent, type Key, type OrderedItemEvent } from '../event.js'
import { type Fold, foldWith } from '../internal/fold.js'

/**
 * The whole state as an array, at each commit that changed it: a new array each time, never altered afterwards.
 * An ordered feed gives its order; an unordered one the order of the keys. O(n) such a commit.
 *
 * ```ts
 * todos.pipe(orderBy({ title: 1 }), asArray()).subscribe((list) => console.log(list.length))
 * ```
 */
export function asArray<T>(): OperatorFunction<FeedEvent<T>, readonly T[]> {
  return foldWith('asArray', () => new ArrayFold<T>())
}

class ArrayFold<T> implements Fold<T, readonly T[]> {
  private readonly placed: T[] = []
  private readonly keyed = new Map<Key, T>()
  /** The keys of an unordered feed, sorted; made anew after keys came or went. */
  private keys: Key[] | undefined

  get value(): readonly T[] {
    if (this.keyed.size === 0) return this.placed.slice()
    this.keys ??= [...this.keyed.keys()].sort()
    return this.keys.map((key) => this.keyed.get(key) as T)
  }

  apply(event: ItemEvent<T>): void {
    if (isPlaced(event)) this.place(event)
    else this.put(event)
  }

  clear(): void {
    this.placed.length = 0
    this.keyed.clear()
    this.keys = undefined
  }

  private place(event: OrderedItemEvent<T>): void {
    if (event.type === 'change' && event.from === event.at) {
      this.placed[event.at] = event.item
      return
    }
    if (event.type !== 'publish') this.placed.splice(event.from, 1)
    if (event.type !== 'retract') this.placed.splice(event.at, 0, event.item)
  }

  private put(event: ItemEvent<T>): void {
    if (event.type !== 'change') this.keys = undefined
    if (event.type === 'retract') this.keyed.delete(event.id)
    else this.keyed.set(event.id, event.item)
  }
}
