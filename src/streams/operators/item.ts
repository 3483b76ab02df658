import type { OperatorFunction, Subscriber } from 'rxjs'
import type { FeedEvent, Key } from '../event.js'
import { FeedSubscriber, operate } from '../internal/operator.js'

/**
 * One item of a feed, or `undefined` while there is none: its state at the first commit, then at each commit that changed it. O(1) an event.
 *
 * ```ts
 * todos.pipe(item('a1')).subscribe((todo) => render(todo))
 * ```
 */
export function item<T>(id: Key): OperatorFunction<FeedEvent<T>, T | undefined> {
  return (feed) => operate(feed, (out: Subscriber<T | undefined>) => new ItemSubscriber(out, id))
}

class ItemSubscriber<T> extends FeedSubscriber<FeedEvent<T>, T | undefined> {
  private current: T | undefined
  private sent: T | undefined
  private ready = false

  constructor(
    out: Subscriber<T | undefined>,
    private readonly id: Key,
  ) {
    super(out, 'item')
  }

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    switch (event.type) {
      case 'commit':
        if (this.ready && this.current === this.sent) return
        this.ready = true
        this.sent = this.current
        this.out.next(this.current)
        return
      case 'reset':
        this.current = undefined
        return
      default:
        if (event.id === this.id) this.current = event.type === 'retract' ? undefined : event.item
    }
  }
}
