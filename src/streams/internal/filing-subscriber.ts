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

  /** An item `comes` to be under `key`, or leaves it. */
  protected abstract file(key: K, id: Key, item: T, comes: boolean): void

  protected take(event: ItemEvent<T>): void {
    if (event.type !== 'publish') this.file(this.keyOf(event.previous), event.id, event.previous, false)
    if (event.type !== 'retract') this.file(this.keyOf(event.item), event.id, event.item, true)
  }
}
