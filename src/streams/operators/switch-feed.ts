import type { Observable, ObservedValueOf, OperatorFunction } from 'rxjs'
import type { Feed } from '../event.js'
import { newestOf } from '../internal/switch-joint.js'

/**
 * The newest of the feeds that an Observable gives. The old one stays until the new one is ready; then the difference of the two is sent, so that a
 * view doesn't flicker. Keeps order, if all of them are ordered.
 *
 * Cost: O(1) an event (O(log n) if ordered), O(n) a switch; it holds the state. Errors: those of the Observable, of the feed shown, and of the one coming.
 *
 * ```ts
 * chosen$.pipe(map((name) => transport.node<Todo>(name).feed()), switchFeed())
 * ```
 */
export function switchFeed<F extends Feed<unknown>>(): OperatorFunction<F, ObservedValueOf<F>> {
  return (feeds) => newestOf('switchFeed', feeds, (feed) => feed) as Observable<unknown> as Observable<ObservedValueOf<F>>
}
