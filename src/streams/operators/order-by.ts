import { isObservable, type Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import { type Absent, applyEvent, type Feed, type FeedEvent, type ItemEvent, type Key, type OrderedEvent, publishEvent } from '../event.js'
import { Parameter } from '../internal/joint.js'
import { KeyedJoint } from '../internal/keyed-joint.js'
import { FeedSubscriber, ListReader, makeOperator, operate } from '../internal/operator.js'
import { Ordering } from '../internal/ordering.js'
import { compileSort, type Sort } from '../query.js'

/** Compares two items; negative when `a` comes first. Must be pure and consistent. */
export type Comparator<T> = (a: T, b: T) => number
/** What `orderBy` takes: a comparator or a sort specification. */
export type Order<T> = Comparator<T> | Sort<T>

/**
 * The items in order: each event says where. A comparator, a sort specification (MongoDB's order of values), or an
 * Observable of either. Ties are broken by id, so the order is a function of the items alone.
 *
 * Cost: O(log n) an event, O(n) memory; a snapshot is sorted once; a new order O(n log n), sending only the items that must move.
 * Errors: `QueryError` at once for a bad sort; `OperatorError` through the feed if the comparator throws or contradicts itself.
 *
 * ```ts
 * cities.pipe(orderBy({ population: -1 }), slice({ limit: 20 }))
 * ```
 */
export function orderBy<T>(
  order: Comparator<NoInfer<T>> | Sort<NoInfer<T>> | Observable<Order<NoInfer<T>>>,
): OperatorFunction<FeedEvent<T>, OrderedEvent<T>> {
  if (isObservable(order)) {
    return makeOperator((feed: Feed<T>, out: Subscriber<OrderedEvent<T>>) => {
      new OrderJoint(out, order as Observable<Order<T>>).start(feed)
    })
  }
  const compare = comparatorOf(order as Order<T>)
  return (feed) => operate(feed, (out: Subscriber<OrderedEvent<T>>) => new OrderSubscriber(out, compare))
}

function comparatorOf<T>(order: Order<T>): Comparator<T> {
  return typeof order === 'function' ? (order as Comparator<T>) : (compileSort(order as Sort<object>) as Comparator<unknown>)
}

class OrderSubscriber<T> extends FeedSubscriber<FeedEvent<T>, OrderedEvent<T>> {
  private readonly ordering: Ordering<T>
  /** The snapshot, as it arrives, until its commit. */
  private arriving: Map<Key, T> | undefined
  private touched = false
  /** A `slice` right behind reads the tree itself, and needs no snapshot. */
  private readonly reader: ListReader<T> | undefined

  constructor(out: Subscriber<OrderedEvent<T>>, compare: Comparator<T>) {
    super(out, 'orderBy')
    this.ordering = new Ordering(compare)
    if (out instanceof ListReader) this.reader = out as ListReader<T>
    this.reader?.share(this.ordering.tree)
  }

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    switch (event.type) {
      case 'reset':
        this.ordering.load([])
        this.arriving = new Map()
        this.touched = true
        this.out.next(event)
        return
      case 'commit':
        if (this.arriving !== undefined && !this.arrive(this.arriving)) return
        if (!this.touched) return
        this.touched = false
        this.out.next(event)
        return
      default: {
        if (this.arriving !== undefined) {
          applyEvent(this.arriving, event)
          return
        }
        let sent: OrderedEvent<T>
        try {
          sent = this.ordering.apply(event)
        } catch (cause) {
          this.fail(event.id, cause)
          return
        }
        this.touched = true
        this.out.next(sent)
      }
    }
  }

  private arrive(arriving: ReadonlyMap<Key, T>): boolean {
    this.arriving = undefined
    try {
      const entries = this.ordering.load(arriving)
      if (this.reader === undefined)
        for (let at = 0; at < entries.length; at++) this.out.next(publishEvent(entries[at]!.id, entries[at]!.item, at))
    } catch (cause) {
      this.fail(undefined, cause)
    }
    return !this.closed
  }
}

/** With an order that changes: collects, and flushes when the turn settles. */
class OrderJoint<T> extends KeyedJoint<T, T> {
  private readonly ordering = new Ordering<T>(() => 0)
  private readonly order: Parameter<Order<T>>

  constructor(out: Subscriber<OrderedEvent<T>>, orders: Observable<Order<T>>) {
    super(out as Subscriber<FeedEvent<T>>, 'orderBy')
    this.order = new Parameter(orders)
  }

  start(feed: Feed<T>): void {
    this.connect([feed], [this.order])
  }

  protected override flush(): void {
    try {
      if (this.order.take()) {
        this.ordering.reorder(comparatorOf(this.order.value!), (event) => {
          this.emit(event)
        })
      }
      super.flush()
    } catch (cause) {
      this.fail(undefined, cause)
    }
  }

  protected result(id: Key): T | Absent {
    return this.input(0, id)
  }

  protected override place(event: ItemEvent<T>): ItemEvent<T> {
    return this.ordering.apply(event)
  }
}
