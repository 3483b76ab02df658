import type { OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, absent, type FeedEvent, type Key } from '../event.js'
import { type EntryOrder, entryOrder } from '../internal/entry-order.js'
import { FilingSubscriber } from '../internal/filing-subscriber.js'
import { Groups } from '../internal/groups.js'
import { operate } from '../internal/operator.js'
import { type Read, reader } from '../internal/read.js'
import type { Order } from './order-by.js'

/** Which item `distinctBy` shows of those with the same value. */
export interface DistinctOptions<T> {
  /** The first by this comparator or sort specification; ties by key. Default: the one whose key comes first. */
  readonly order?: Order<T>
}

/**
 * One item of each distinct value, under its own key. Values are the same as keys of a `Map` are: by identity, NaN as itself. Order is dropped.
 *
 * Cost: O(log m) an event with m items of the same value; it holds the items. `value` and the comparator must be pure.
 * Errors: `QueryError` at once for a bad sort; `OperatorError` if a given function throws or the comparator contradicts itself.
 *
 * ```ts
 * cities.pipe(distinctBy('country', { order: { population: -1 } })) // the largest of each country
 * ```
 */
export function distinctBy<T>(
  value: Read<NoInfer<T>, unknown>,
  { order }: DistinctOptions<NoInfer<T>> = {},
): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  return operate(DistinctSubscriber<T>, reader<T, unknown>(value), entryOrder<T>(order))
}

class DistinctSubscriber<T> extends FilingSubscriber<T, unknown, T> {
  /** Under the touched keys: the value that the item would be shown for. */
  private readonly values = new Map<Key, unknown>()
  private readonly groups: Groups<unknown, T>

  constructor(out: Subscriber<FeedEvent<T>>, valueOf: (item: T) => unknown, order: EntryOrder) {
    super(out, 'distinctBy', valueOf)
    this.groups = new Groups<unknown, T>(order)
  }

  protected override clear(): void {
    super.clear()
    this.groups.clear()
  }

  protected override flush(): void {
    super.flush()
    this.values.clear()
  }

  protected file(value: unknown, id: Key, item: T, comes: boolean): void {
    const { groups } = this
    const last = groups.first(value)
    if (comes) groups.put(value, id, item)
    else groups.take(value, id, item)
    const first = groups.first(value)
    if (first === last) return
    for (const entry of [last, first]) {
      if (!entry) continue
      this.values.set(entry.id, value)
      this.shown.touched.add(entry.id)
    }
  }

  result(id: Key): T | Absent {
    const first = this.groups.first(this.values.get(id))
    return first?.id === id ? first.item : absent
  }
}
