import Backbone from 'backbone'
import { type AnyCollection, type AnyModel, idAttributeOf, isModel, partsOf, type SetOptions } from '../../internals.js'
import { isRecord } from '../../../streams/transports/dnode/json-shape.js'

/** What can be synced and subscribed. */
export type Syncable = AnyModel | AnyCollection
/** A document as the server tells it. */
export type Document = Readonly<Record<string, unknown>>
type Id = string | number

/** The id that a document has in this collection or model: by its `idAttribute`, else the `_id` of the server. */
export function idIn(subject: Syncable, document: unknown): Id | undefined {
  if (!isRecord(document)) return undefined
  const own = isModel(subject) ? document[subject.idAttribute] : partsOf(subject).modelId(document, idAttributeOf(subject))
  const id = own ?? document['_id']
  // What Backbone looks up for all that have no id.
  if (id === 'undefined') return undefined
  return typeof id === 'string' || typeof id === 'number' ? id : undefined
}

/**
 * The model of a document; `false` if the document can have none: its id would be found in a prototype, or is the `cid` of another model.
 */
export function modelFor(subject: Syncable, document: Document): AnyModel | undefined | false {
  const id = idIn(subject, document)
  if (isModel(subject)) return id !== undefined && String(subject.id) === String(id) ? subject : undefined
  const parts = partsOf(subject)
  const found: unknown = parts.get(id === undefined ? document : String(id))
  if (found === undefined || found === null) return undefined
  if (!isModel(found) || id === undefined) return false
  return String(parts.modelId(found.attributes as object, found.idAttribute)) === String(id) ? found : false
}

/** What a model is given of a document: parsed, with its id. */
export function attributesOf(model: AnyModel, document: Document, options: SetOptions): Record<string, unknown> {
  const parsed = { ...(model.parse({ ...document }, options) as Record<string, unknown> | null | undefined) }
  parsed[model.idAttribute] ??= document['_id']
  return parsed
}

/** Sets what a document says; `create` adds it to a collection that hasn't got it. Returns its model. */
export function put(subject: Syncable, document: Document, options: SetOptions, create: boolean): AnyModel | undefined {
  const model = modelFor(subject, document)
  if (model === false) return undefined
  if (isModel(subject)) {
    if (model !== undefined) set(model, attributesOf(model, document, options), options)
    return model
  }
  const parts = partsOf(subject)
  if (model !== undefined) {
    const attributes = attributesOf(model, document, options)
    settle(model, () => parts.set([attributes], { ...options, add: false, remove: false, parse: false }))
    return model
  }
  const made = create ? makeModel(subject, document, options) : undefined
  if (made !== undefined) parts.set([made], { ...options, remove: false, parse: false })
  return made
}

/** A model for a document that the collection hasn't got. */
export function makeModel(collection: AnyCollection, document: Document, options: SetOptions): AnyModel | undefined {
  const id = idIn(collection, document)
  if (id === undefined) return undefined
  const made = partsOf(collection)._prepareModel({ ...document }, { ...options, parse: true })
  if (made === false) return undefined
  if (made.id === undefined) made.set({ [made.idAttribute]: id }, { silent: true })
  return made
}

/** The document is gone: its model tells so, and leaves the collection. */
export function drop(subject: Syncable, model: AnyModel, options: SetOptions): void {
  const { collection } = model as { readonly collection?: Backbone.Collection }
  model.trigger('destroy', model, isModel(subject) ? collection : subject, options)
}

function set(model: AnyModel, attributes: object, options: SetOptions): void {
  settle(model, () => model.set(attributes, { ...options, parse: false } as object))
}

/** After a listener that throws, Backbone takes the model for changing for ever, and it would never tell a change again. */
function settle(model: AnyModel, job: () => unknown): void {
  const state = model as unknown as { _changing?: boolean; _pending?: unknown }
  const nested = state._changing === true
  try {
    job()
  } catch (error) {
    if (!nested) state._changing = state._pending = false
    throw error
  }
}

/** The channel of a model or a collection: its `url`, of a model in a collection that of the collection. */
export function urlOf(subject: Syncable): string | undefined {
  const { collection, url, urlRoot } = subject as unknown as Addressed
  if (collection?.url !== undefined) return textOf(collection.url, collection)
  // Backbone's own `url` appends the id, which no channel has.
  if (urlRoot !== undefined && url === (Backbone.Model.prototype as { readonly url?: unknown }).url) return textOf(urlRoot, subject)
  try {
    return textOf(url, subject)
  } catch {
    return undefined
  }
}

/** The name of the Mongoose model. */
export function typeOf(subject: Syncable): string | undefined {
  const { type, collection } = subject as unknown as Addressed
  return textOf(type ?? collection?.type, subject)
}

interface Addressed {
  readonly url?: unknown
  readonly urlRoot?: unknown
  readonly type?: unknown
  readonly collection?: { readonly url?: unknown; readonly type?: unknown }
}

function textOf(value: unknown, owner: object): string | undefined {
  const text: unknown = typeof value === 'function' ? Reflect.apply(value, owner, []) : value
  return typeof text === 'string' && text !== '' ? text : undefined
}
