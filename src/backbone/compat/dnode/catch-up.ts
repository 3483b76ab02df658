import { type ItemEvent, publishEvent, retractEvent } from '../../../streams/event.js'
import { fold } from '../../fold.js'
import { type AnyCollection, type AnyModel, partsOf } from '../../internals.js'
import { isModel } from '../is-model.js'
import type { Channel, ChannelEvent } from './channel.js'
import { type Crud, documentsOf } from './crud.js'
import type { Link } from './link.js'
import { attempt } from '../report.js'
import { changeOf, type Document, drop, idIn, modelFor, put, type Syncable } from './syncable.js'

/**
 * Brings what is subscribed to a channel up to date after an outage: each collection by the reads that it is made of, each model by its id. What changed
 * comes in as one difference, with what is told meanwhile in it already; models without an id stay.
 */
export async function catchUp(
  channel: Channel,
  link: Link,
  crud: Crud,
  apply: (subject: Syncable, event: ChannelEvent) => void,
): Promise<void> {
  const release = channel.hold()
  const subjects = [...channel.subjects]
  const results = await Promise.allSettled(subjects.map((subject) => read(subject, link, crud)))
  const events = channel.takeHeld()
  subjects.forEach((subject, index) => {
    // Who isn't subscribed any more is left alone.
    if (!channel.subjects.has(subject)) return
    const result = results[index]!
    const documents = result.status === 'fulfilled' ? result.value : undefined
    attempt(() => {
      if (documents !== undefined && !isModel(subject)) replace(subject, withEvents(subject, documents, events))
      else {
        if (documents !== undefined) refresh(subject as AnyModel, documents[0])
        for (const event of events) apply(subject, event)
      }
      if (result.status === 'rejected') subject.trigger('error', subject, result.reason, {})
    })
  })
  release()
}

/** `undefined` if there is nothing to read. */
async function read(subject: Syncable, link: Link, crud: Crud): Promise<readonly unknown[] | undefined> {
  const ask = (options: Document): Promise<unknown> =>
    new Promise((resolve, reject) => {
      link.call('read', [options], { done: resolve, failed: reject })
    })
  if (isModel(subject)) {
    if (subject.isNew()) return undefined
    const found = await ask({ ...crud.wireOptions(subject, {}), query: { id: subject.id as unknown } })
    return Array.isArray(found) ? (found as readonly unknown[]).slice(0, 1) : [found]
  }
  const reads = crud.readsOf(subject)
  if (reads.length === 0) return undefined
  const answers = await Promise.all(reads.map(ask))
  const documents: unknown[] = []
  for (const answer of answers) {
    const read = documentsOf(subject, answer)
    const list: unknown = Array.isArray(read) ? read : partsOf(subject).parse(read, {})
    if (Array.isArray(list)) for (const document of list as readonly unknown[]) documents.push(document)
  }
  return documents
}

/** What a list becomes by what happened while it was read. */
function withEvents(collection: AnyCollection, documents: readonly unknown[], events: readonly ChannelEvent[]): Document[] {
  const byId = new Map<string, Document>()
  for (const document of documents as readonly Document[]) {
    const id = idIn(collection, document)
    if (id !== undefined) byId.set(String(id), document)
  }
  for (const { type, document } of events) {
    const id = String(idIn(collection, document))
    if (type === 'deleted') byId.delete(id)
    else if (type === 'created' || byId.has(id)) byId.set(id, document)
  }
  return [...byId.values()]
}

/** Makes a list what was read, by the fewest events, in the order of the server unless the collection has one of its own. */
function replace(collection: AnyCollection, documents: readonly Document[]): void {
  const options = { parse: true }
  const kept = new Set<AnyModel>()
  const places = new Map(collection.models.map((model, index) => [model, index]))
  const events: ItemEvent<object>[] = []
  let isAppended = true
  let last = -1
  for (const document of documents) {
    const model = modelFor(collection, document)
    const id = idIn(collection, document)
    if (model === false || id === undefined) continue
    if (model === undefined) {
      events.push(publishEvent<object>(String(id), document))
      last = Infinity
      continue
    }
    kept.add(model)
    const place = places.get(model) ?? -1
    if (place < last) isAppended = false
    last = place
    const change = changeOf(model, id, document, options)
    if (change !== undefined) events.push(change)
  }
  const gone = collection.models.filter((model) => !kept.has(model) && !model.isNew())
  const retracts = gone.map((model) => retractEvent<object>(keyOf(collection, model), model.attributes as object))
  fold(collection, [...retracts, ...events], { setOptions: options })
  if (!isAppended && !collection.comparator) rearrange(collection, documents)
}

/** The order of the documents; models that aren't among them come last. */
function rearrange(collection: AnyCollection, documents: readonly Document[]): void {
  const listed = documents.flatMap((document) => modelFor(collection, document) || [])
  const known = new Set(listed)
  const others = collection.models.filter((model) => !known.has(model))
  collection.models.splice(0, collection.models.length, ...listed, ...others)
  collection.trigger('sort', collection, {})
}

function keyOf(collection: AnyCollection, model: AnyModel): string {
  return String(partsOf(collection).modelId(model.attributes as object, model.idAttribute))
}

function refresh(model: AnyModel, document: unknown): void {
  if (document === null || document === undefined) drop(model, model, {})
  else put(model, document as Document, { parse: true }, false)
}
