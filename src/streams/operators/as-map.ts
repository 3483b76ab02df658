import type { OperatorFunction, Subscriber } from 'rxjs'
import { applyEvent, type FeedEvent, type Key } from '../event.js'
import { FeedSubscriber, operate } from '../internal/operator.js'

/**
 * The whole state by key, at each commit that changed it: a new Map each time, never altered afterwards. O(n) such a commit.
 *
 * ```ts
 * todos.pipe(asMap()).subscribe((byId) => console.log(byId.get('a1')))
 * ```
 */
export function asMap<T>(): OperatorFunction<FeedEvent<T>, ReadonlyMap<Key, T>> {
  return (feed) => operate(feed, (out: Subscriber<ReadonlyMap<Key, T>>) => new MapSubscriber(out))
}

class MapSubscriber<T> extends FeedSubscriber<FeedEvent<T>, ReadonlyMap<Key, T>> {
  private readonly items = new Map<Key, T>()
  private touched = true

  constructor(out: Subscriber<ReadonlyMap<Key, T>>) {
    super(out, 'asMap')
  }

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    if (event.type === 'commit') {
      if (!this.touched) return
      this.touched = false
      this.out.next(new Map(this.items))
      return
    }
    this.touched = true
    applyEvent(this.items, event)
  }
}
