import Backbone from 'backbone'
import { changeEvent, type ItemEvent, publishEvent } from '../../../streams/event.js'
import { equalValues } from '../../../streams/query.js'
import { write } from '../../attributes.js'
import { fold } from '../../fold.js'
import { type AnyCollection, type AnyModel, idAttributeOf, partsOf, type SetOptions } from '../../internals.js'
import { isModel } from '../is-model.js'
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
  // Backbone would look these up by their text, which they have none of.
  if (Object.hasOwn(document, 'toString') || Object.hasOwn(document, 'valueOf')) return false
  const parts = partsOf(subject)
  const key = id ?? document['cid']
  const found: unknown = typeof key === 'string' || typeof key === 'number' ? parts.get(String(key)) : undefined
  if (found === undefined || found === null) return undefined
  if (!isModel(found) || id === undefined) return false
  return String(parts.modelId(found.attributes as object, found.idAttribute)) === String(id) ? found : false
}

/** What a document says of a model, as an event; `undefined` if that is so already. What the document doesn't mention stays as it is. */
export function changeOf(model: AnyModel, id: Id, document: Document, options: SetOptions): ItemEvent<object> | undefined {
  const parsed = attributesOf(model, document, options)
  const shown = model.attributes as Document
  const names = Object.keys(parsed)
  if (names.every((name) => Object.hasOwn(shown, name) && equalValues(shown[name], parsed[name]))) return undefined
  return changeEvent<object>(String(id), document, document)
}

/** Sets what a document says; `create` adds it to a collection that hasn't got it. */
export function put(subject: Syncable, document: Document, options: SetOptions, create: boolean): void {
  const model = modelFor(subject, document)
  const id = idIn(subject, document)
  if (model === false || id === undefined) return
  if (isModel(subject)) {
    if (model !== undefined) write(model, { values: attributesOf(model, document, options), gone: [] }, options)
    return
  }
  const event =
    model !== undefined ? changeOf(model, id, document, options) : create ? publishEvent<object>(String(id), document) : undefined
  if (event !== undefined) fold(subject, [event], { setOptions: options })
}

/** Parsed, with the id. */
function attributesOf(model: AnyModel, document: Document, options: SetOptions): Record<string, unknown> {
  const parsed = { ...(model.parse({ ...document }, options) as Record<string, unknown> | null | undefined) }
  parsed[model.idAttribute] ??= document['_id']
  return parsed
}

/** The document is gone: its model tells so, and leaves the collection. */
export function drop(subject: Syncable, model: AnyModel, options: SetOptions): void {
  const { collection } = model as { readonly collection?: Backbone.Collection }
  model.trigger('destroy', model, isModel(subject) ? collection : subject, options)
}

/** The channel of a model or a collection: its `url`, of a model in a collection that of the collection. */
export function urlOf(subject: Syncable): string | undefined {
  const { collection, url, urlRoot } = subject as Addressed
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
  const { type, collection } = subject as Addressed
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
