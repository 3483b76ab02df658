import type { Observable, OperatorFunction } from 'rxjs'
import type { FeedEvent, OrderedEvent } from '../event.js'
import { must } from '../internal/must.js'
import { operate } from '../internal/operator.js'
import { withParameter } from '../internal/with-parameter.js'
import { WindowSubscriber } from '../internal/window.js'

/** Which part of an ordered feed: `limit` items after the first `skip`. */
export interface Range {
  /** Default 0. */
  readonly skip?: number
  /** Default: all. */
  readonly limit?: number
}

/**
 * A window over an ordered feed, fixed or moving. For each turn it sends the net difference, retracts first: a row pushed in and out again is not heard of.
 *
 * Cost: O(log n) an event and row sent; a moved window O(limit · log n). Memory for the window, and unless `orderBy` or `shareFeed` stands right
 * before it for its whole input, since it must know what comes next. An `orderBy` there keeps rows behind the window in no order, at half the cost.
 * Errors: `ArgumentError` for a range that isn't of whole numbers from 0 (at once, or through the feed).
 *
 * ```ts
 * cities.pipe(orderBy({ population: -1 }), slice({ skip: 20, limit: 20 }))
 * ```
 */
export function slice<T>(range: Range | Observable<Range>): OperatorFunction<OrderedEvent<T>, OrderedEvent<T>> {
  return withParameter(range, ({ skip = 0, limit = Infinity }) => {
    check('skip', skip)
    if (limit !== Infinity) check('limit', limit)
    return operate(WindowSubscriber<T>, 'slice', skip, skip + limit) as OperatorFunction<FeedEvent<T>, never>
  })
}

function check(name: string, value: number): void {
  must(Number.isSafeInteger(value) && value >= 0, `slice: ${name} must be a whole number from 0`, value)
}
