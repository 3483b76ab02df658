import type { OperatorFunction } from 'rxjs'
import type { Feed, FeedEvent, Key } from '../event.js'
import { joinFeeds } from '../internal/join-joint.js'
import type { JoinOptions, JoinRead, JoinRow } from '../internal/join-keys.js'

/**
 * The rows of `join`, and one for each right item that matches nothing: its left item and id are undefined, its key is `[null,"right id"]`.
 *
 * Cost: O(log n) an event and for each row sent; it holds the items of both feeds. Errors: the first error of a feed ends it; `OperatorError` if a given function throws.
 *
 * ```ts
 * cities.pipe(rightJoin(countries, { left: 'country', right: 'code' }))
 * ```
 */
export function rightJoin<T, R, const L extends JoinRead<T>, const Q extends JoinRead<R>, U = JoinRow<T | undefined, R>>(
  right: Feed<R>,
  options: JoinOptions<T | undefined, R, L, Q, U, Key | undefined>,
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  return joinFeeds('rightJoin', right, options, true, undefined, false)
}
