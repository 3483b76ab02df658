import type { Subscriber } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import { KeyedSubscriber } from './keyed-subscriber.js'

/** An operator that files each item under something read from it; a change takes the item out and files it anew. */
export abstract class FilingSubscriber<T, K, R> extends KeyedSubscriber<T, R> {
  constructor(
    out: Subscriber<FeedEvent<R>>,
    operator: string,
    protected readonly keyOf: (item: T) => K,
  ) {
    super(out, operator)
  }

  protected abstract enter(key: K, id: Key, item: T): void
  protected abstract leave(key: K, id: Key, item: T): void

  protected take(event: ItemEvent<T>): void {
    if (event.type !== 'publish') this.leave(this.keyOf(event.previous), event.id, event.previous)
    if (event.type !== 'retract') this.enter(this.keyOf(event.item), event.id, event.item)
  }
}
