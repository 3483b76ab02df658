import type { OperatorFunction } from 'rxjs'
import type { Feed, FeedEvent, Key } from '../event.js'
import { joinFeeds } from '../internal/join-joint.js'
import type { JoinOptions, JoinRead, JoinRow } from '../internal/join-keys.js'

/**
 * The rows of `join`, and one for each left item that matches nothing: its right item and id are undefined, its key is `["left id",null]`.
 *
 * Cost: O(log n) an event and for each row sent; it holds the items of both feeds. Errors: the first error of a feed ends it; `OperatorError` if a given function throws.
 *
 * ```ts
 * cities.pipe(leftJoin(mayors, { left: 'mayor', right: 'name' }))
 * ```
 */
export function leftJoin<T, R, const L extends JoinRead<T>, const Q extends JoinRead<R>, U = JoinRow<T, R | undefined>>(
  right: Feed<R>,
  options: JoinOptions<T, R | undefined, L, Q, U, Key, Key | undefined>,
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  return joinFeeds('leftJoin', right, options, true, false)
}
