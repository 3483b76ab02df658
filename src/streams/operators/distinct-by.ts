import type { OperatorFunction, Subscriber } from 'rxjs'
import { absent, compose, difference, type FeedEvent, type ItemEvent, type Key, retractEvent } from '../event.js'
import { type EntryOrder, entryOrder } from '../internal/entry-order.js'
import { Groups } from '../internal/groups.js'
import { EventSubscriber, operate } from '../internal/operator.js'
import type { Entry } from '../internal/position-tree.js'
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

  /** What is shown of one value goes before what is shown of another comes: that may be the same item. */
  protected override flush(): void {
    const { groups, last } = this
    this.last = new Map()
    const net = new Map<Key, ItemEvent<T>>()
    for (const [value, was] of last ?? []) if (was && was.id !== groups.first(value)?.id) compose(net, retractEvent(was.id, was.item))
    for (const value of (last ?? groups.byKey).keys()) {
      const first = groups.first(value)
      const was = last?.get(value)
      const event = first && difference(first.id, was?.id === first.id ? was.item : absent, first.item)
      if (!event) continue
      if (last) compose(net, event)
      else this.emit(event)
    }
    for (const event of net.values()) this.emit(event)
  }

  private touch(item: T): unknown {
    const value = this.read(item)
    if (this.last && !this.last.has(value)) this.last.set(value, this.groups.first(value))
    return value
  }
}
