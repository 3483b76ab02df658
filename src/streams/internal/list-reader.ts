import type { Subscriber } from 'rxjs'
import { type FeedEvent, type Key, publishEvent } from '../event.js'
import { EventSubscriber } from './operator.js'
import type { Compare, Entry, PositionTree } from './position-tree.js'

/** A subscriber that reads the list of whoever is above it, instead of keeping one of its own; it needs no snapshot. */
export abstract class ListReader<T> extends EventSubscriber<T, T> {
  /** `list` has applied each event before it comes here. */
  abstract share(list: PositionTree<Entry<T>>): void
  /** A list that is enough for this one, if nobody else reads it. */
  abstract makeList(compare: Compare<Entry<T>>, entryOf: (id: Key, item: T) => Entry<T>): PositionTree<Entry<T>>
}

/** Tells `out` the `entries` of an ordered snapshot. */
export function sendEntries<T>(entries: readonly Entry<T>[], out: Subscriber<FeedEvent<T>>): void {
  entries.forEach(({ id, item }, at) => {
    out.next(publishEvent(id, item, at))
  })
}

/** Lets `out` read `list`, if that is what it does; else it is told what is in there. */
export function sendList<T>(list: PositionTree<Entry<T>>, out: Subscriber<FeedEvent<T>>): void {
  if (out instanceof ListReader) (out as ListReader<T>).share(list)
  else sendEntries(list.range(), out)
}
