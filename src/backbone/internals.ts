import Backbone from 'backbone'

/** Any Backbone model. */
export type AnyModel = Backbone.Model
/** Any Backbone collection. */
export type AnyCollection = Backbone.Collection

/** Options as Backbone hands them to every listener of one operation; the object is the same for all of them. */
export interface SetOptions extends Backbone.CollectionSetOptions {
  validate?: boolean | undefined
  index?: number | undefined
  changes?: Changes | undefined
  [custom: string]: unknown
}

/** What one `update` tells. */
export interface Changes {
  readonly added: AnyModel[]
  readonly removed: AnyModel[]
  readonly merged: AnyModel[]
}

/** The parts of a collection that `set` and `remove` use and that a subclass may replace. */
export interface CollectionParts {
  models: AnyModel[]
  length: number
  comparator?: string | ((this: unknown, a: AnyModel, b: AnyModel) => unknown) | undefined | false
  readonly model: unknown
  readonly _byId: Record<string, AnyModel | undefined>
  parse(response: unknown, options: object): unknown
  modelId(attributes: object, idAttribute?: string): unknown
  sort(options: object): unknown
  reset(models: readonly object[], options: object): unknown
  set(models: readonly object[], options: object): unknown
  remove(models: readonly AnyModel[], options: object): unknown
  add(models: object, options: object): unknown
  get(key: string | object): AnyModel | undefined
  trigger(name: string, ...parameters: unknown[]): unknown
  _prepareModel(attributes: object, options: object): AnyModel | false
  _addReference(model: AnyModel, options: object): void
  _removeReference(model: AnyModel, options: object): void
}

/** The same collection, with the parts that its public type leaves out. */
export function partsOf(collection: AnyCollection): CollectionParts {
  return collection as unknown as CollectionParts
}

type Methods = Readonly<Record<string, unknown>>

/** Backbone's own classes and methods, as they were when this module was loaded: an application may put ours in their place. */
export const { Model: OwnModel, Collection: OwnCollection } = Backbone
const original: Methods = { ...(OwnCollection.prototype as unknown as Methods) }
const { set: setModel, trigger } = OwnModel.prototype as unknown as Methods

interface EventParts {
  readonly set?: unknown
  readonly trigger: unknown
  readonly _events?: Readonly<Record<string, readonly { readonly callback: unknown; readonly ctx: EventParts }[]>>
}

/** Whether these methods of a collection are Backbone's own, so that it is known what they do. */
export function hasOriginal(collection: AnyCollection, ...names: readonly string[]): boolean {
  for (const name of names) if ((collection as unknown as Methods)[name] !== original[name]) return false
  return true
}

/**
 * Whether `set` and `remove` of this collection are Backbone's own, so that their effect may be had by a shorter way.
 * What they call (`_prepareModel`, `_addReference`, `modelId`, `trigger`, …) is called by that way too, and may be replaced.
 */
export function isOriginal(collection: AnyCollection): boolean {
  return hasOriginal(collection, 'set', 'remove', 'add', '_removeModels') && typeof partsOf(collection)._byId === 'object'
}

/** Whether `set` of this model may be given only those attributes that differ. */
export function setsOriginally(model: AnyModel): boolean {
  return (model as unknown as Methods)['set'] === setModel
}

/** Whether anybody but `self` hears a `change`, `change:…` or `changeId` of `model`: its own listeners, or those of a collection that passes its events on. */
export function hearsChange(model: AnyModel, self?: object): boolean {
  const { set, trigger: own, _events } = model as unknown as EventParts
  let heard = set !== setModel || own !== trigger
  for (const name in _events) {
    for (const { callback, ctx } of _events[name]!) {
      heard ||= callback !== original['_onModelEvent'] || ctx.trigger !== trigger
      for (const name in ctx._events) heard ||= /^(all$|change)/.test(name) && ctx._events[name]!.some(({ ctx }) => ctx !== self)
    }
  }
  return heard
}

export function isModel(value: unknown): value is AnyModel {
  return value instanceof OwnModel
}

/** The attribute that holds the id of the collection's models; of a factory of models it can't be known beforehand. */
export function idAttributeOf(collection: AnyCollection): string {
  const { prototype } = collection.model as { prototype?: { idAttribute?: string } }
  return prototype?.idAttribute ?? 'id'
}
