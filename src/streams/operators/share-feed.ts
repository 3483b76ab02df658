import type { MonoTypeOperatorFunction } from 'rxjs'
import type { FeedEvent } from '../event.js'
import { Broadcast } from '../internal/broadcast.js'
import { makeFeed } from '../internal/operator.js'

/**
 * One subscription to the feed for any number of subscribers; the state is held, so a late one gets a snapshot and is ready at once,
 * or, in the middle of a transaction, at its commit. The last to leave releases the feed and the state.
 *
 * Cost: O(subscribers) an event (and O(log n) if ordered); a late subscription O(n). It adds no depth.
 *
 * ```ts
 * const open = todos.pipe(where({ done: false }), shareFeed())
 * ```
 */
export function shareFeed<E extends FeedEvent<unknown>>(): MonoTypeOperatorFunction<E> {
  return (feed) => {
    let shared: Broadcast<E> | undefined
    return makeFeed<E>((out) => {
      if (shared?.closed === false) {
        shared.attach(out)
        return
      }
      const broadcast = new Broadcast<E>(() => {
        broadcast.unsubscribe()
        if (shared === broadcast) shared = undefined
      })
      shared = broadcast
      broadcast.attach(out)
      feed.subscribe(broadcast)
    })
  }
}
