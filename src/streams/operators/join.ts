import type { OperatorFunction } from 'rxjs'
import type { Feed, FeedEvent } from '../event.js'
import { joinFeeds } from '../internal/join-joint.js'
import type { JoinOptions, JoinRead, JoinRow } from '../internal/join-keys.js'

export type { JoinKey, JoinKeys, JoinOptions, JoinRead, JoinRow, Matching } from '../internal/join-keys.js'

/**
 * A row for each two items, one of either feed, whose join keys are equal: one-to-one, one-to-many, many-to-many. A row's key is the JSON array of their ids. Null and
 * undefined match nothing, and `1` isn't `'1'`. Order is dropped. One commit a turn, also if both feeds have changed.
 *
 * Cost: O(log n) an event and for each row sent; it holds the items of both feeds, no rows: `select` is called again for what was sent before.
 * Errors: the first error of a feed ends it; `OperatorError` if a given function throws.
 *
 * ```ts
 * cities.pipe(join(countries, { left: 'country', right: 'code', select: (city, country) => ({ ...city, area: country.area }) }))
 * ```
 */
export function join<T, R, const L extends JoinRead<T>, const Q extends JoinRead<R>, U = JoinRow<T, R>>(
  right: Feed<R>,
  options: JoinOptions<T, R, L, Q, U>,
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  return joinFeeds('join', right, options, true)
}
