import type { MonoTypeOperatorFunction, Subscriber, TeardownLogic } from 'rxjs'
import type { FeedEvent, Key } from '../event.js'
import { EffectSubscriber } from '../internal/effects.js'
import { Observable } from '../internal/rxjs.js'
import { attempt } from '../internal/turns.js'
import type { EventItem } from './select.js'

/**
 * A resource for each item: `start` is called at the commit that brings the item, right before that is passed on; what it returns (a function, a subscription) is released when the item
 * is retracted, the feed is reset (at the next commit), or the subscription ends in any way. A changed item has the old resource released and a new one started. What came and went
 * in one transaction starts nothing. Passes everything on as it is, order too.
 *
 * Cost: O(1) an event; it holds the resources. Errors: `OperatorError` if `start` or a release throws; everything started is released.
 *
 * ```ts
 * rooms.pipe(subscribeEach((room) => socket.join(room.name)))
 * ```
 */
export function subscribeEach<E extends FeedEvent<unknown>>(
  start: (item: EventItem<E>, id: Key) => TeardownLogic,
): MonoTypeOperatorFunction<E> {
  return (feed) =>
    new Observable((out) => {
      feed.subscribe(subscriberWith(out as unknown as Subscriber<FeedEvent<EventItem<E>>>, start) as Subscriber<unknown>)
    })
}

function subscriberWith<T>(out: Subscriber<FeedEvent<T>>, start: (item: T, id: Key) => TeardownLogic): Subscriber<FeedEvent<T>> {
  const started = new Map<Key, TeardownLogic>()
  const release = (id: Key): void => {
    const resource = started.get(id)
    started.delete(id)
    if (typeof resource === 'function') resource()
    else resource?.unsubscribe()
  }
  const releaseAll = (): void => {
    for (const id of started.keys()) release(id)
  }
  const begin = (item: T, id: Key): void => {
    release(id)
    started.set(id, start(item, id))
    // `start` itself may have ended the subscription.
    if (subscriber.closed) release(id)
  }
  const subscriber = new EffectSubscriber<T>(out, 'subscribeEach', {
    publish: begin,
    change: (item, _previous, id) => {
      begin(item, id)
    },
    retract: (_previous, id) => {
      release(id)
    },
    reset: releaseAll,
  })
  subscriber.add(() => {
    // One that throws must not keep the others.
    while (started.size > 0) attempt(releaseAll)
  })
  return subscriber
}
