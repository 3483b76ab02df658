import type { ItemEvent, OrderedItemEvent } from '../streams/event.js'
import type { Attributes } from './attributes.js'
import { type AnyCollection, isModel, partsOf, type SetOptions } from './internals.js'
import { netEffect } from './net-effect.js'
import type { Rows } from './rows.js'

/** Where the calls go. */
export interface PlainTarget<T extends object> {
  readonly collection: AnyCollection
  readonly rows: Rows<T>
  readonly attributes: Attributes<T>
}

/**
 * Applies a commit by the public methods of a collection that has replaced some of them: one `remove` and one `set`; ordered events one
 * call each. So such a collection may send several `update`s for a commit.
 */
export function applyPlainly<T extends object>(
  target: PlainTarget<T>,
  events: readonly ItemEvent<T>[],
  options: SetOptions,
  byPlace: boolean,
): void {
  if (byPlace) for (const event of events as readonly OrderedItemEvent<T>[]) applyPlaced(target, event, options)
  else applyTogether(target, netEffect(events), options)
}

function applyTogether<T extends object>(
  { collection, rows, attributes }: PlainTarget<T>,
  events: readonly ItemEvent<T>[],
  options: SetOptions,
): void {
  const parts = partsOf(collection)
  const removed = []
  const puts = []
  for (const event of events) {
    if (event.type !== 'retract') {
      puts.push(event)
      continue
    }
    const model = rows.modelOf(event.id, event.previous)
    rows.delete(event.id)
    if (model !== undefined) removed.push(model)
  }
  if (removed.length > 0) parts.remove(removed, { ...options })
  if (puts.length === 0) return
  const result: unknown = parts.set(
    puts.map(({ id, item }) => attributes.forMerge(id, item)),
    { ...options, remove: false },
  )
  const models: readonly unknown[] = Array.isArray(result) ? result : []
  puts.forEach((event, index) => {
    const model = models[index]
    const known = isModel(model) ? model : rows.modelOf(event.id, event.item)
    rows.set(event.id, known, event.item)
    if (known !== undefined && event.type === 'change') {
      for (const name of attributes.update(known, event.id, event.item, event.previous, options).gone) known.unset(name, { ...options })
    }
  })
}

function applyPlaced<T extends object>(target: PlainTarget<T>, event: OrderedItemEvent<T>, options: SetOptions): void {
  const { collection, rows, attributes } = target
  const parts = partsOf(collection)
  if (event.type !== 'publish' && event.type !== 'change') {
    applyTogether(target, [event], options)
    return
  }
  if (event.type === 'publish') {
    const result = parts.add(attributes.forMerge(event.id, event.item), { ...options, merge: true, at: event.at })
    rows.set(event.id, isModel(result) ? result : rows.modelOf(event.id, event.item), event.item)
    return
  }
  applyTogether(target, [event], { ...options, sort: false })
  const model = rows.get(event.id)?.model
  const from = model === undefined ? -1 : parts.models.indexOf(model)
  if (model === undefined || from < 0 || event.from === event.at) return
  parts.models.splice(from, 1)
  parts.models.splice(event.at, 0, model)
  if (options.silent !== true) parts.trigger('sort', collection, { ...options })
}
