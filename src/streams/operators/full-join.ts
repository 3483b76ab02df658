import type { OperatorFunction } from 'rxjs'
import type { Feed, FeedEvent, Key } from '../event.js'
import { joinFeeds } from '../internal/join-joint.js'
import type { JoinOptions, JoinRead, JoinRow } from '../internal/join-keys.js'

/**
 * The rows of `join`, and one for each item of either feed that matches nothing, as `leftJoin` and `rightJoin` have them.
 *
 * Cost: O(log n) an event and for each row sent; it holds the items of both feeds. Errors: the first error of a feed ends it; `OperatorError` if a given function throws.
 *
 * ```ts
 * orders.pipe(fullJoin(invoices, { left: 'number', right: 'order' }))
 * ```
 */
export function fullJoin<T, R, const L extends JoinRead<T>, const Q extends JoinRead<R>, U = JoinRow<T | undefined, R | undefined>>(
  right: Feed<R>,
  options: JoinOptions<T | undefined, R | undefined, L, Q, U, Key | undefined, Key | undefined>,
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  return joinFeeds('fullJoin', right, options, true, false, false)
}
