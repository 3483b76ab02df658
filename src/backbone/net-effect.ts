import { composeEvents, type ItemEvent, type Key } from '../streams/event.js'

/** At most one event a key, in the order in which the keys first appear. The events themselves where no key occurs twice. */
export function netEffect<T>(events: readonly ItemEvent<T>[]): readonly ItemEvent<T>[] {
  if (events.length < 2) return events
  const net = new Map<Key, ItemEvent<T> | undefined>()
  for (const event of events) {
    const earlier = net.get(event.id)
    net.set(event.id, earlier === undefined ? event : composeEvents(earlier, event))
  }
  if (net.size === events.length) return events
  return [...net.values()].filter((event) => event !== undefined)
}
