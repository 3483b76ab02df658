import type { ItemEvent, Key, OrderedItemEvent } from '../streams/event.js'
import { Blocks } from './blocks.js'
import type { AnyModel } from './internals.js'
import { between, type Layout, type Restructuring, unchanged } from './layout.js'

/** The model that stands for `key` after the commit, or stood for it if the commit removes it. */
export type MemberOf = (key: Key) => AnyModel | undefined

/**
 * The list after ordered events, applied one after the other. `undefined`, and nothing touched, if their places don't fit the list: then it
 * isn't the feed's list alone. O(k) and one copy of the list; a single event is applied in place.
 */
export function placed(
  models: AnyModel[],
  events: readonly OrderedItemEvent<unknown>[],
  commit: Restructuring,
  memberOf: MemberOf,
): Layout | undefined {
  if (events.length === 1) return placedOne(models, events[0]!, memberOf)
  const list = new Blocks<AnyModel | Key>(models)
  for (const event of events) {
    const { at, from } = placesOf(event)
    // Who comes and goes within the commit has no model.
    const member = memberOf(event.id) ?? event.id
    if (from >= 0 && list.take(from) !== member) return undefined
    if (at >= 0 && !list.put(at, member)) return undefined
  }
  const next = list.list() as AnyModel[]
  return next.length === models.length + commit.added.length - commit.removed.length ? between(models, next, commit) : undefined
}

function placedOne(models: AnyModel[], event: OrderedItemEvent<unknown>, memberOf: MemberOf): Layout | undefined {
  const { at, from } = placesOf(event)
  const model = memberOf(event.id)
  if (model === undefined || (from < 0 ? at > models.length : models[from] !== model || at >= models.length)) return undefined
  if (from >= 0) models.splice(from, 1)
  if (at >= models.length) models.push(model)
  else if (at >= 0) models.splice(at, 0, model)
  const layout = unchanged(models)
  if (from < 0) return { ...layout, added: [model], addedAt: [at] }
  return at < 0 ? { ...layout, removed: [model], removedAt: [from] } : { ...layout, moved: true }
}

/** Whether an event leaves everybody where they are. */
export function staysInPlace(event: OrderedItemEvent<unknown>): boolean {
  return event.type === 'change' && event.from === event.at
}

/** Where an event puts its item and where that was; below zero what it doesn't say. */
export function placesOf(event: ItemEvent<unknown>): { at: number; from: number } {
  const { at = -1, from = -1 } = event as { at?: number; from?: number }
  return { at, from }
}
