import type { Subscriber } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import { KeyedSubscriber } from './keyed-subscriber.js'

/** An operator that files each item under a key read from it; a change takes the item out and files it anew. */
export abstract class FilingSubscriber<T, R> extends KeyedSubscriber<T, R> {
  constructor(
    out: Subscriber<FeedEvent<R>>,
    operator: string,
    protected readonly keyOf: (item: T) => Key | undefined,
    keep?: boolean,
  ) {
    super(out, operator, keep)
  }

  /** An item `comes` to be under `key`, which was touched, or leaves it. */
  protected abstract file(key: Key, id: Key, item: T, comes: boolean): void

  protected apply(event: ItemEvent<T>): undefined {
    if (event.type !== 'publish') this.move(event.id, event.previous, false)
    if (event.type !== 'retract') this.move(event.id, event.item, true)
  }

  private move(id: Key, item: T, comes: boolean): void {
    const key = this.keyOf(item)
    if (key === undefined) return
    this.shown.touch(key)
    this.file(key, id, item, comes)
  }
}
