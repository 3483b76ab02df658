import { type AnyCollection, type AnyModel, isModel, partsOf } from '../../internals.js'
import type { Channel, ChannelEvent } from './channel.js'
import { type Crud, documentsOf } from './crud.js'
import type { Link } from './link.js'
import { attempt } from './report.js'
import { attributesOf, type Document, drop, idIn, makeModel, modelFor, put, type Syncable } from './syncable.js'

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
    return [Array.isArray(found) ? found[0] : found]
  }
  const reads = crud.readsOf(subject)
  if (reads.length === 0) return undefined
  const answers = await Promise.all(reads.map(ask))
  return answers.flatMap((answer) => {
    const documents = documentsOf(subject, answer)
    return Array.isArray(documents) ? (documents as unknown[]) : partsOf(subject).parse(documents, {})
  })
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

function replace(collection: AnyCollection, documents: readonly Document[]): void {
  const options = { parse: true }
  const inputs = documents.flatMap((document): object[] => {
    const model = modelFor(collection, document)
    if (model === false) return []
    if (model !== undefined) return [attributesOf(model, document, options)]
    const made = makeModel(collection, document, options)
    return made === undefined ? [] : [made]
  })
  const pending = collection.models.filter((model) => model.isNew())
  partsOf(collection).set([...inputs, ...pending], { parse: false })
}

function refresh(model: AnyModel, document: unknown): void {
  if (document === null || document === undefined) drop(model, model, {})
  else put(model, document as Document, { parse: true }, false)
}
