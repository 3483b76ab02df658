import type { Observable, OperatorFunction } from 'rxjs'
import { type FeedEvent, type ItemEvent, unplaced } from '../event.js'
import { EventSubscriber, operate } from '../internal/operator.js'
import { type Order, orderBy } from './order-by.js'
import { top } from './top.js'

/**
 * At most `limit` items: the first by an order, as an unordered feed. Either may be an Observable.
 *
 * Cost: O(log n) an event; it holds the items. Errors: those of `orderBy` and `slice`.
 *
 * ```ts
 * messages.pipe(limitSize(500, { at: -1 }))
 * ```
 */
export function limitSize<T>(
  limit: number | Observable<number>,
  order: Order<NoInfer<T>> | Observable<Order<NoInfer<T>>>,
): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  const sort = orderBy<T>(order)
  const first = top<T>(limit)
  const unplace = operate(UnplacedSubscriber<T>, 'limitSize')
  return (feed) => unplace(first(sort(feed)))
}

class UnplacedSubscriber<T> extends EventSubscriber<T, T> {
  protected apply(event: ItemEvent<T>): ItemEvent<T> {
    return unplaced(event)
  }
}
