import type { Observable, OperatorFunction } from 'rxjs'
import type { FeedEvent, Key } from '../event.js'
import { withEach } from '../internal/value-joint.js'

/**
 * Each item as the newest value of its Observable. One that has given nothing yet has no row. A changed item gets a new Observable (unless it is the same one); the
 * last value stays until that gives one. Order is dropped.
 *
 * Cost: O(1) an event or value; it holds the items, the values and one subscription an item. Errors: `OperatorError` if `project` throws; the error of an Observable ends the feed.
 *
 * ```ts
 * stocks.pipe(selectEach((stock) => price$(stock.symbol).pipe(map((price) => ({ ...stock, price })))))
 * ```
 */
export function selectEach<T, U>(project: (item: NoInfer<T>, id: Key) => Observable<U>): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  return withEach<T, U, U>('selectEach', project, (_item, value) => value)
}
