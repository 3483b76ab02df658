import type { OperatorFunction, Subscriber } from 'rxjs'
import type { FeedEvent } from '../event.js'
import { operate } from '../internal/operator.js'
import { type EventItem, type EventOf, SelectSubscriber } from './select.js'

/**
 * Each item reduced to the named top-level fields; those it lacks stay missing. Keeps order.
 * A change that touches none of them is not sent.
 *
 * Cost: O(fields) an event, no memory.
 *
 * ```ts
 * cities.pipe(fields('name', 'population'))
 * ```
 */
export function fields<E extends FeedEvent<unknown>, K extends keyof EventItem<E> & string>(
  ...names: readonly K[]
): OperatorFunction<E, EventOf<E, Pick<EventItem<E>, K>>> {
  const pick = picker<object>(names)
  const same = sameFields(names)
  return (feed) =>
    operate(feed, (out) => {
      const consumer = out as unknown as Subscriber<FeedEvent<object>>
      return new SelectSubscriber<object, object>(consumer, pick, false, 'fields', same) as unknown as Subscriber<E>
    })
}

/** Copies the named fields that an item has. */
export function picker<T extends object>(names: readonly string[]): (item: T) => T {
  return (item) => {
    const picked: Record<string, unknown> = {}
    for (const name of names) if (Object.hasOwn(item, name)) picked[name] = Reflect.get(item, name)
    return picked as T
  }
}

/** Tells whether two items agree on the named fields, by identity. */
export function sameFields(names: readonly string[]): (a: object, b: object) => boolean {
  return (a, b) => names.every((name) => Object.is(Reflect.get(a, name), Reflect.get(b, name)))
}
