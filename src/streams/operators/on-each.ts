import type { MonoTypeOperatorFunction } from 'rxjs'
import type { FeedEvent } from '../event.js'
import { type EachHandlers, EffectSubscriber } from '../internal/effects.js'
import { operate } from '../internal/operator.js'
import type { EventItem } from './select.js'

export type { EachHandlers } from '../internal/effects.js'

/**
 * Side effects by item. At each commit, right before it is passed on, the handlers are called with the net effect of the transaction: at most one call
 * a key, none for an item that came and went, and `change` for one that went and came back different. A `reset` is told at the commit after it, before the items that are there
 * then. Passes everything on as it is, order too.
 *
 * Cost: O(1) an event, memory for one transaction. Errors: `OperatorError` if a handler throws; the commit isn't passed on then.
 *
 * ```ts
 * orders.pipe(onEach({ publish: (order) => log(`new: ${order.id}`), retract: (order) => log(`gone: ${order.id}`) }))
 * ```
 */
export function onEach<E extends FeedEvent<unknown>>(handlers: EachHandlers<EventItem<E>>): MonoTypeOperatorFunction<E> {
  return operate(EffectSubscriber<EventItem<E>>, 'onEach', handlers) as MonoTypeOperatorFunction<unknown> as MonoTypeOperatorFunction<E>
}
