import { isObservable, type Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import {
  changeEvent,
  type Feed,
  type FeedEvent,
  type ItemEvent,
  type Key,
  type OrderedEvent,
  publishEvent,
  retractEvent,
} from '../event.js'
import { Joint, Parameter } from '../internal/joint.js'
import { FeedSubscriber, makeOperator, operate } from '../internal/operator.js'
import { PositionTree, type TreeNode } from '../internal/position-tree.js'
import { risingRun } from '../internal/rising-run.js'
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

interface Entry<T> {
  readonly id: Key
  item: T
  leaf: TreeNode<Entry<T>> | undefined
}

function entryComparator<T>(compare: Comparator<T>): (a: Entry<T>, b: Entry<T>) => number {
  return (a, b) => compare(a.item, b.item) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

class OrderSubscriber<T> extends FeedSubscriber<FeedEvent<T>, OrderedEvent<T>> {
  private readonly tree = new PositionTree<Entry<T>>()
  /** The snapshot, as it arrives, until its commit. */
  private arriving: Map<Key, Entry<T>> | undefined
  private touched = false
  private readonly compareEntries: (a: Entry<T>, b: Entry<T>) => number

  constructor(
    out: Subscriber<OrderedEvent<T>>,
    private readonly compare: Comparator<T>,
  ) {
    super(out, 'orderBy')
    this.compareEntries = entryComparator(compare)
    this.add(() => {
      this.tree.clear()
    })
  }

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    switch (event.type) {
      case 'reset':
        this.tree.clear()
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
          if (event.type === 'retract') this.arriving.delete(event.id)
          else this.arriving.set(event.id, { id: event.id, item: event.item, leaf: undefined })
          return
        }
        let sent: OrderedEvent<T>
        try {
          sent = this.move(event)
        } catch (cause) {
          this.fail(event.id, cause)
          return
        }
        this.touched = true
        this.out.next(sent)
      }
    }
  }

  private arrive(arriving: ReadonlyMap<Key, Entry<T>>): boolean {
    const entries = [...arriving.values()]
    this.arriving = undefined
    try {
      entries.sort(this.compareEntries)
    } catch (cause) {
      this.fail(undefined, cause)
      return false
    }
    this.tree.load(entries)
    for (let at = 0; at < entries.length && !this.closed; at++) this.out.next(publishEvent(entries[at]!.id, entries[at]!.item, at))
    return true
  }

  private move(event: ItemEvent<T>): OrderedEvent<T> {
    const { tree } = this
    const { id } = event
    if (event.type === 'publish') {
      const entry: Entry<T> = { id, item: event.item, leaf: undefined }
      const at = tree.seek(entry, this.compareEntries)
      tree.insertFound(entry)
      return publishEvent(id, event.item, at)
    }
    const { previous } = event
    const from = tree.seek({ id, item: previous, leaf: undefined }, this.compareEntries)
    const entry = tree.found
    if (entry?.id !== id) throw new Error('the comparator contradicts itself: an item is not where it was put')
    if (event.type === 'retract') {
      tree.removeFound()
      return retractEvent(id, previous, from)
    }
    const { item } = event
    if (this.compare(previous, item) === 0) {
      entry.item = item
      return changeEvent(id, item, previous, from, from)
    }
    tree.removeFound()
    entry.item = item
    const at = tree.seek(entry, this.compareEntries)
    tree.insertFound(entry)
    return changeEvent(id, item, previous, from, at)
  }
}

/** With an order that changes: collects, and flushes when the turn settles. */
class OrderJoint<T> extends Joint<T> {
  private readonly tree = new PositionTree<Entry<T>>()
  private readonly shown = new Map<Key, Entry<T>>()
  private readonly items = new Map<Key, T>()
  private readonly touched = new Set<Key>()
  private readonly order: Parameter<Order<T>>
  private compare: (a: Entry<T>, b: Entry<T>) => number = () => 0

  constructor(out: Subscriber<OrderedEvent<T>>, orders: Observable<Order<T>>) {
    super(out as Subscriber<FeedEvent<T>>, 'orderBy')
    this.order = new Parameter(orders)
  }

  start(feed: Feed<T>): void {
    this.connect([feed], [this.order])
  }

  protected accept(_index: number, event: ItemEvent<T>): void {
    this.touched.add(event.id)
    if (event.type === 'retract') this.items.delete(event.id)
    else this.items.set(event.id, event.item)
  }

  protected clear(): void {
    for (const id of this.items.keys()) this.touched.add(id)
    this.items.clear()
  }

  protected flush(): void {
    let id: Key | undefined
    try {
      if (this.order.fresh) {
        this.order.fresh = false
        this.compare = entryComparator(comparatorOf(this.order.value!))
        this.reorder()
      }
      for (id of this.touched) this.update(id)
    } catch (cause) {
      this.fail(id, cause)
    }
    this.touched.clear()
  }

  /** Moves what is shown into the new order; the longest run that is in order already stays. */
  private reorder(): void {
    const before = [...this.tree]
    const after = before.toSorted(this.compare)
    const place = new Map(after.map((entry, index) => [entry, index]))
    const staying = new Set(risingRun(before.map((entry) => place.get(entry)!)).map((index) => before[index]!))
    for (const entry of before) if (!staying.has(entry)) this.emit(retractEvent(entry.id, entry.item, this.tree.remove(entry)))
    after.forEach((entry, at) => {
      if (staying.has(entry)) return
      this.tree.insert(at, entry)
      this.emit(publishEvent(entry.id, entry.item, at))
    })
  }

  private update(id: Key): void {
    const entry = this.shown.get(id)
    if (!this.items.has(id)) {
      if (entry === undefined) return
      this.shown.delete(id)
      this.emit(retractEvent(id, entry.item, this.tree.remove(entry)))
      return
    }
    const item = this.items.get(id) as T
    if (entry === undefined) {
      const added: Entry<T> = { id, item, leaf: undefined }
      this.shown.set(id, added)
      this.emit(publishEvent(id, item, this.insert(added)))
      return
    }
    const previous = entry.item
    if (previous === item) return
    const from = this.tree.remove(entry)
    entry.item = item
    this.emit(changeEvent(id, item, previous, from, this.insert(entry)))
  }

  private insert(entry: Entry<T>): number {
    const at = this.tree.seek(entry, this.compare)
    this.tree.insertFound(entry)
    return at
  }
}
