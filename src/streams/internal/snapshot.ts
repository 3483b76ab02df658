import type { Subscriber } from 'rxjs'
import { difference, type FeedEvent, type ItemEvent, itemIn, type Key, publishEvent, resetEvent, retractEvent } from '../event.js'

/** Sends a whole state as a fresh subscription gets it; the commit is the caller's. */
export function sendSnapshot<T>(items: ReadonlyMap<Key, T>, out: Subscriber<FeedEvent<T>>): void {
  out.next(resetEvent('subscribed'))
  for (const [id, item] of items) {
    if (out.closed) return
    out.next(publishEvent(id, item))
  }
}

/** @internal Who sends events on. */
export interface Emitter<T> {
  emit(event: ItemEvent<T>): void
}

/** Sends what leads from one state to another. Items that are the same stay the very objects they were, in `after` too. */
export function sendDifference<T>(before: ReadonlyMap<Key, T>, after: Map<Key, T>, same: (a: T, b: T) => boolean, out: Emitter<T>): void {
  for (const [id, item] of before) if (!after.has(id)) out.emit(retractEvent(id, item))
  for (const [id, item] of after) {
    const previous = before.get(id)
    if (previous !== undefined && same(previous, item)) after.set(id, previous)
    else {
      const event = difference(id, itemIn(before, id), item)
      if (event) out.emit(event)
    }
  }
}
