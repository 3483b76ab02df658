import type { OperatorFunction, Subscriber } from 'rxjs'
import type { FeedEvent, ItemEvent, Key, OrderedItemEvent } from '../event.js'
import { FeedSubscriber, operate } from '../internal/operator.js'

/**
 * The whole state as an array, at each commit that changed it: a new array each time, never altered afterwards.
 * An ordered feed gives its order; an unordered one the order of the keys. O(n) such a commit.
 *
 * ```ts
 * todos.pipe(orderBy({ title: 1 }), asArray()).subscribe((list) => console.log(list.length))
 * ```
 */
export function asArray<T>(): OperatorFunction<FeedEvent<T>, readonly T[]> {
  return (feed) => operate(feed, (out: Subscriber<readonly T[]>) => new ArraySubscriber(out))
}

class ArraySubscriber<T> extends FeedSubscriber<FeedEvent<T>, readonly T[]> {
  private readonly placed: T[] = []
  private readonly keyed = new Map<Key, T>()
  /** The keys of an unordered feed, sorted; made anew after keys came or went. */
  private keys: Key[] | undefined
  private touched = true

  constructor(out: Subscriber<readonly T[]>) {
    super(out, 'asArray')
  }

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    switch (event.type) {
      case 'commit':
        if (!this.touched) return
        this.touched = false
        this.out.next(this.keyed.size > 0 ? this.byKey() : this.placed.slice())
        return
      case 'reset':
        this.placed.length = 0
        this.keyed.clear()
        this.keys = undefined
        this.touched = true
        return
      default:
        this.touched = true
        if (isPlaced(event)) this.place(event)
        else this.put(event)
    }
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

  private byKey(): T[] {
    this.keys ??= [...this.keyed.keys()].sort()
    return this.keys.map((key) => this.keyed.get(key) as T)
  }
}

function isPlaced<T>(event: ItemEvent<T>): event is OrderedItemEvent<T> {
  const { at, from } = event as { readonly at?: number; readonly from?: number }
  return at! >= 0 || from! >= 0
}
