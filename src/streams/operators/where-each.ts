import type { Observable, OperatorFunction } from 'rxjs'
import { absent, type FeedEvent, type Key } from '../event.js'
import { withEach } from '../internal/value-joint.js'

/**
 * The items whose Observable last said `true`. One that has said nothing yet lets its item wait outside. A changed item gets a new Observable (unless it is the
 * same one), and stays as it was until that speaks. Order is dropped.
 *
 * Cost: O(1) an event or value; it holds the items and one subscription an item. Errors: `OperatorError` if `test` throws; the error of an Observable ends the feed.
 *
 * ```ts
 * users.pipe(whereEach((user) => presence.of(user.name)))
 * ```
 */
export function whereEach<T>(test: (item: NoInfer<T>, id: Key) => Observable<boolean>): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  return withEach<T, boolean, T>('whereEach', test, (item, passes) => (passes ? item : absent))
}
