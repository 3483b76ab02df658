import type { OperatorFunction, Subscriber } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import { type EntryOrder, entryOrder } from '../internal/entry-order.js'
import { Groups } from '../internal/groups.js'
import { EventSubscriber, operate } from '../internal/operator.js'
import type { Entry } from '../internal/position-tree.js'
import { type Read, reader } from '../internal/read.js'
import { sendDifference } from '../internal/snapshot.js'
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

class DistinctSubscriber<T> extends EventSubscriber<T, T> {
  private readonly groups: Groups<unknown, T>
  /** Of each value that the transaction has touched, what was shown; `undefined` as long as nothing was. */
  private last: Map<unknown, Entry<T> | undefined> | undefined

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly read: (item: T) => unknown,
    order: EntryOrder,
  ) {
    super(out, 'distinctBy')
    this.groups = new Groups<unknown, T>(order)
  }

  protected override clear(): void {
    this.last = undefined
    this.groups.clear()
  }

  protected apply(event: ItemEvent<T>): undefined {
    const { groups } = this
    const { id } = event
    if (event.type !== 'publish') groups.take(this.touch(event.previous), id, event.previous)
    if (event.type !== 'retract') groups.put(this.touch(event.item), id, event.item)
  }

  protected override flush(): void {
    const { groups, last } = this
    this.last = new Map()
    // What is shown of one value no longer may be shown of another now.
    const gone = new Map<Key, T>()
    const come = new Map<Key, T>()
    for (const value of (last ?? groups.byKey).keys()) {
      const was = last?.get(value)
      const first = groups.first(value)
      if (was) gone.set(was.id, was.item)
      if (first) come.set(first.id, first.item)
    }
    sendDifference(gone, come, Object.is, this)
  }

  private touch(item: T): unknown {
    const value = this.read(item)
    if (this.last && !this.last.has(value)) this.last.set(value, this.groups.first(value))
    return value
  }
}
