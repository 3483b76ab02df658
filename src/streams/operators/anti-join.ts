import type { OperatorFunction } from 'rxjs'
import type { Feed, FeedEvent } from '../event.js'
import { joinFeeds } from '../internal/join-joint.js'
import type { JoinKeys, JoinRead } from '../internal/join-keys.js'

/**
 * The items that match none of another feed, under their own ids; those without a key too.
 * Keys match as in `join`. Order is dropped. One commit a turn, also if both feeds have changed.
 *
 * Cost: O(log n) an event, and O(1) for each item sent: another match touches nothing; it holds the items of both feeds.
 * Errors: the first error of a feed ends it; `OperatorError` if a given function throws.
 *
 * ```ts
 * countries.pipe(antiJoin(cities, { left: 'code', right: 'country' })) // those without cities
 * ```
 */
export function antiJoin<T, R, const L extends JoinRead<T>, const Q extends JoinRead<R>>(
  right: Feed<R>,
  options: JoinKeys<T, R, L, Q>,
): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  return joinFeeds('antiJoin', right, options, false, false)
}
