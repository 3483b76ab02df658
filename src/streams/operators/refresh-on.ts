import type { MonoTypeOperatorFunction } from 'rxjs'
import type { Feed, FeedEvent } from '../event.js'
import { Observable } from '../internal/rxjs.js'
import { newestOf } from '../internal/switch-joint.js'
import { equalValues } from '../query.js'

/**
 * Reads the feed anew at each value of `trigger` and sends the difference: for what can't be seen live, such as a condition on the time of day, or a server
 * that forgets to tell. Items that are the same by value stay the very objects they were, unless the feed is ordered.
 *
 * Cost: O(1) an event, O(n) memory; a value of `trigger` costs a subscription, O(n). Errors: those of the feed and of `trigger`.
 *
 * ```ts
 * offers.pipe(where((offer) => offer.ends > Date.now()), refreshOn(interval(60_000)))
 * ```
 */
export function refreshOn<E extends FeedEvent<unknown>>(trigger: Observable<unknown>): MonoTypeOperatorFunction<E> {
  // `startWith` of rxjs weighs more in a page.
  const times = new Observable<unknown>((out) => {
    out.next(undefined)
    trigger.subscribe(out)
  })
  return (feed) =>
    newestOf('refreshOn', times, () => feed as Observable<unknown> as Feed<unknown>, equalValues) as Observable<unknown> as Observable<E>
}
