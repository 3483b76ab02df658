import type { Subscriber } from 'rxjs'
import {
  absent,
  applyEvent,
  difference,
  type FeedEvent,
  isPlaced,
  type ItemEvent,
  type Key,
  type OrderedChange,
  type OrderedItemEvent,
  retractEvent,
} from '../event.js'
import { sendList } from './list-reader.js'
import { Entry, PositionTree } from './position-tree.js'
import { risingRun } from './rising-run.js'
import { type Emitter, sendDifference, sendSnapshot } from './snapshot.js'

/** The state of a feed, ordered or not. O(log n) an ordered event, O(1) another. */
export class HeldState<T> {
  /** What is here if the feed is ordered. */
  readonly list = new PositionTree<Entry<T>>()
  /** What is here if it isn't. */
  readonly items = new Map<Key, T>()

  apply(event: ItemEvent<T>): void {
    if (isPlaced(event)) this.place(event)
    else applyEvent(this.items, event)
  }

  clear(): void {
    this.items.clear()
    this.list.load([])
  }

  /** Sends the state as a fresh subscription gets it; the commit is the caller's. */
  replay(out: Subscriber<FeedEvent<T>>): void {
    sendSnapshot(this.items, out)
    sendList(this.list, out)
  }

  /** Sends what leads from this state to `next`: retracts first, then from the top down. A longest run that is in order already stays. */
  lead(next: HeldState<T>, out: Emitter<T>, same: (a: T, b: T) => boolean): void {
    const before = this.list.range()
    const after = next.list.range()
    const places = new Map(before.map(({ id }, index) => [id, index]))
    const staying = risingRun(after.flatMap(({ id }) => places.get(id) ?? []))
    for (let from = before.length - 1; from >= 0; from--)
      if (!staying.has(from)) out.emit(retractEvent(before[from]!.id, before[from]!.item, from))
    // Between the two, in case that only one of the states is ordered.
    sendDifference(this.items, next.items, same, out)
    after.forEach(({ id, item }, at) => {
      const from = places.get(id) ?? -1
      const event = difference(id, staying.has(from) ? before[from]!.item : absent, item, at, at)
      if (event) out.emit(event)
    })
  }

  /** A place that an event doesn't have is negative. */
  private place(event: OrderedItemEvent<T>): void {
    const { list } = this
    const { id, item, from, at } = event as OrderedChange<T>
    const entry = from < 0 ? new Entry(id, item) : list.at(from)!
    entry.item = item
    if (at === from) return
    if (from >= 0) list.removeFound()
    if (at >= 0) list.insert(at, entry)
  }
}
