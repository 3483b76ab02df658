import type { Key } from '../streams/event.js'
import { type AnyCollection, type AnyModel, partsOf, type SetOptions } from './internals.js'
import type { Layout, Shifted } from './layout.js'
import type { Ranking } from './ranking.js'

/** One commit on its way into a collection. */
export interface Commit {
  readonly options: SetOptions
  readonly added: AnyModel[]
  readonly merged: AnyModel[]
  readonly removed: AnyModel[]
  readonly shifted: Shifted[]
  /** Of ordered events: who is new, and who was there before. */
  readonly published: Map<Key, AnyModel | undefined>
  readonly gone: Map<Key, AnyModel | undefined>
  readonly byPlace: boolean
  /** How the models are ranked, if the collection orders them. */
  readonly ranking: Ranking | undefined
  sort: boolean
  /** Places of the feed may not be places of the list. */
  strange: boolean
}

export function openCommit(options: SetOptions, byPlace: boolean, ranking: Ranking | undefined): Commit {
  return {
    options,
    added: [],
    merged: [],
    removed: [],
    shifted: [],
    published: new Map(),
    gone: new Map(),
    byPlace,
    ranking,
    sort: false,
    strange: false,
  }
}

/** Makes `layout` the list and sends Backbone's events about its members in Backbone's order: remove, add, sort, update. */
export function announce(collection: AnyCollection, layout: Layout, commit: Commit, note: (error: unknown) => void): void {
  const parts = partsOf(collection)
  const { options, merged } = commit
  const silent = options.silent === true
  const trigger = (target: AnyModel | AnyCollection, name: string, ...parameters: unknown[]): void => {
    try {
      target.trigger(name, ...parameters)
    } catch (error) {
      note(error)
    }
  }
  parts.models = layout.models
  parts.length = layout.models.length
  const removed = [...layout.removed]
  const added = [...layout.added]
  // None of the removed is found any more when the first `remove` is heard, as none is in the list.
  for (const model of removed) {
    Reflect.deleteProperty(parts._byId, model.cid)
    const id = parts.modelId(model.attributes as object, model.idAttribute)
    if (id !== null && id !== undefined) Reflect.deleteProperty(parts._byId, id as string)
  }
  removed.forEach((model, at) => {
    options.index = layout.removedAt[at]
    if (!silent) trigger(model, 'remove', model, collection, options)
    parts._removeReference(model, options)
  })
  delete options.index
  if (silent) return
  added.forEach((model, at) => {
    if (layout.addedAt !== undefined) options.index = options.at = layout.addedAt[at]
    trigger(model, 'add', model, collection, options)
  })
  if (commit.sort || layout.moved) trigger(collection, 'sort', collection, options)
  if (added.length + removed.length + merged.length === 0) return
  options.changes = { added, removed, merged }
  trigger(collection, 'update', collection, options)
}
