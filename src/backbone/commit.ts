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
  /** Of ordered events: who was there before, and which keys name models that were there as strangers. */
  readonly gone: Map<Key, AnyModel>
  readonly adopted: Set<Key>
  /** How the models are ranked, if the collection orders them. */
  readonly ranking: Ranking | undefined
  sort: boolean
  /** Places of the feed may not be places of the list. */
  strange: boolean
}

/** Takes errors of listeners, so that one that throws doesn't keep the rest of a commit from being applied. */
export interface ErrorSink {
  note(error: unknown): void
}

/** Makes `layout` the list and sends Backbone's events about its members in Backbone's order: remove, add, sort, update. */
export function announce(collection: AnyCollection, layout: Layout, commit: Commit, errors: ErrorSink): void {
  const parts = partsOf(collection)
  const { options, merged } = commit
  const { removed, added, addedAt } = layout
  parts.models = layout.models
  parts.length = layout.models.length
  if (removed.length > 0) detach(collection, layout, options, errors)
  if (options.silent === true) return
  for (let at = 0; at < added.length; at++) {
    if (addedAt !== undefined) options.index = options.at = addedAt[at]
    trigger(added[at]!, 'add', collection, options, errors)
  }
  if (commit.sort || layout.moved) trigger(collection, 'sort', collection, options, errors)
  if (added.length + removed.length + merged.length === 0) return
  options.changes = { added: added as AnyModel[], removed: removed as AnyModel[], merged }
  trigger(collection, 'update', collection, options, errors)
}

function detach(collection: AnyCollection, { removed, removedAt }: Layout, options: SetOptions, errors: ErrorSink): void {
  const parts = partsOf(collection)
  // None of the removed is found any more when the first `remove` is heard, as none is in the list.
  for (const model of removed) {
    Reflect.deleteProperty(parts._byId, model.cid)
    const id = parts.modelId(model.attributes as object, model.idAttribute)
    if (id !== null && id !== undefined) Reflect.deleteProperty(parts._byId, id as string)
  }
  for (let at = 0; at < removed.length; at++) {
    const model = removed[at]!
    options.index = removedAt[at]
    if (options.silent !== true) trigger(model, 'remove', collection, options, errors)
    parts._removeReference(model, options)
  }
  delete options.index
}

/** Events of a model have it as their first parameter, those of a collection begin with that. */
function trigger(target: AnyModel | AnyCollection, name: string, collection: AnyCollection, options: SetOptions, errors: ErrorSink): void {
  try {
    if (target === collection) target.trigger(name, collection, options)
    else target.trigger(name, target, collection, options)
  } catch (error) {
    errors.note(error)
  }
}
