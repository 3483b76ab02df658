import type { Observable, OperatorFunction } from 'rxjs'
import type { OrderedEvent } from '../event.js'
import { withParameter } from '../internal/with-parameter.js'
import { slice } from './slice.js'

/**
 * The first `count` items of an ordered feed: `slice({ limit: count })`, at its cost and with its errors. An Observable moves the end.
 *
 * ```ts
 * cities.pipe(orderBy({ population: -1 }), top(10))
 * ```
 */
export function top<T>(count: number | Observable<number>): OperatorFunction<OrderedEvent<T>, OrderedEvent<T>> {
  return withParameter(count, (limit) => slice<T>({ limit }))
}
