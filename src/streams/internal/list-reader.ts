import type { Subscriber } from 'rxjs'
import { EventSubscriber } from './operator.js'
import type { Entry, PositionTree } from './position-tree.js'

/** A subscriber that reads the list of whoever is above it, instead of keeping one of its own; it needs no snapshot. */
export abstract class ListReader<T> extends EventSubscriber<T, T> {
  /** `list` has applied each event before it comes here. */
  abstract share(list: PositionTree<Entry<T>>): void
}

/** Lets `out` read `list`, if that is what it does. */
export function shareList<T>(list: PositionTree<Entry<T>>, out: Subscriber<never>): boolean {
  const reads = out instanceof ListReader
  if (reads) (out as ListReader<T>).share(list)
  return reads
}
