import type { ItemEvent, Key, OrderedItemEvent } from '../streams/event.js'
import type { AnyModel } from './internals.js'
import { type Layout, relative, unchanged } from './layout.js'
import { Pieces } from './pieces.js'

/** Up to here single splices are cheaper than building the list anew. */
const fewEdits = 8

/** Who stands for which key: among the old members, and among the newcomers. */
export interface Members {
  /** The model that stood for `key` before the commit, if it is in the list. */
  before(key: Key): AnyModel | undefined
  /** The model that was added for `key`. */
  added(key: Key): AnyModel | undefined
}

/**
 * The list after ordered events, applied one after the other. `undefined`, and nothing touched, if their places don't fit the list: then it
 * isn't the feed's list alone.
 */
export function placed(models: AnyModel[], events: readonly OrderedItemEvent<unknown>[], members: Members): Layout | undefined {
  if (events.length === 1) return placedOne(models, events[0]!, members)
  const pieces = new Pieces(models.length)
  const newcomers: Key[] = []
  const taken = new Map<Key, number>()
  const take = (key: Key, from: number): number | undefined => {
    const slot = pieces.take(from)
    if (slot === undefined) return undefined
    const fits = slot < 0 ? newcomers[-slot - 1] === key : models[slot] === members.before(key)
    return fits ? slot : undefined
  }
  for (const event of events) {
    const { id } = event
    let slot: number | undefined
    if (event.type === 'publish') {
      slot = taken.get(id) ?? -newcomers.push(id)
      taken.delete(id)
    } else {
      slot = take(id, event.from)
      if (slot === undefined) return undefined
    }
    if (event.type === 'retract') taken.set(id, slot)
    else if (!pieces.put(event.at, slot)) return undefined
  }
  const removedAt: number[] = []
  for (const slot of taken.values()) if (slot >= 0) removedAt.push(slot)
  removedAt.sort((a, b) => a - b)
  return realise(models, pieces, removedAt, (slot) => members.added(newcomers[-slot - 1]!))
}

function placedOne(models: AnyModel[], event: OrderedItemEvent<unknown>, members: Members): Layout | undefined {
  if (event.type === 'publish') {
    const model = members.added(event.id)
    if (model === undefined || event.at > models.length) return undefined
    if (event.at === models.length) models.push(model)
    else models.splice(event.at, 0, model)
    return { ...unchanged(models), added: [model], addedAt: [event.at] }
  }
  const model = models[event.from]
  if (model === undefined || model !== members.before(event.id)) return undefined
  if (event.type === 'retract') {
    models.splice(event.from, 1)
    return { ...unchanged(models), removed: [model], removedAt: [event.from] }
  }
  if (event.at >= models.length) return undefined
  if (event.at === event.from) return unchanged(models)
  models.splice(event.from, 1)
  models.splice(event.at, 0, model)
  return { ...unchanged(models), moved: true }
}

function realise(
  models: AnyModel[],
  pieces: Pieces,
  removedAt: readonly number[],
  newcomer: (slot: number) => AnyModel | undefined,
): Layout | undefined {
  const added: AnyModel[] = []
  const addedAt: number[] = []
  const state = { index: 0, last: -1, moved: false, complete: true }
  pieces.forEach((start, count) => {
    if (start < 0) {
      const model = newcomer(start)
      if (model === undefined) state.complete = false
      else added.push(model)
      addedAt.push(state.index)
    } else {
      if (start < state.last) state.moved = true
      state.last = start + count - 1
    }
    state.index += count
  })
  const { moved } = state
  if (!state.complete) return undefined
  const removed = removedAt.map((at) => models[at]!)
  const layout = { removed, removedAt: relative(removedAt), added, addedAt, moved }
  if (!moved && added.length + removed.length <= fewEdits) {
    for (let at = removedAt.length - 1; at >= 0; at--) models.splice(removedAt[at]!, 1)
    added.forEach((model, at) => models.splice(addedAt[at]!, 0, model))
    return { ...layout, models }
  }
  const next: AnyModel[] = []
  let arrived = 0
  pieces.forEach((start, count) => {
    if (start < 0) next.push(added[arrived++]!)
    else for (let slot = start, end = start + count; slot < end; slot++) next.push(models[slot]!)
  })
  return { ...layout, models: next }
}

/** Whether the events of a commit say where. */
export function arePlaced(events: readonly ItemEvent<unknown>[]): boolean {
  const { at = -1, from = -1 } = (events[0] ?? {}) as { at?: number; from?: number }
  return at >= 0 || from >= 0
}

/** Whether an event leaves everybody where they are. */
export function staysInPlace(event: OrderedItemEvent<unknown>): boolean {
  return event.type === 'change' && event.from === event.at
}
