import { ArgumentError, ConnectionError, ProtocolError, RemoteError } from '../../../errors.js'
import { excerpt, isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { fromWireError } from '../../../streams/transports/dnode/wire-error.js'
import { equalValues } from '../../../streams/query.js'
import { type AnyCollection, type AnyModel, hasOriginal } from '../../internals.js'
import { isModel } from '../is-model.js'
import type { Channel } from './channel.js'
import { cleanJson, cleanOptions } from './clean-json.js'
import type { Link, RemoteMethod } from './link.js'
import type { CrudOptions, CrudSync } from './options.js'
import { attempt } from '../report.js'
import { type Document, drop, idIn, modelFor, put, type Syncable, typeOf, urlOf } from './syncable.js'

/** What operations need of the client around them. */
export interface CrudContext {
  readonly link: Link | undefined
  channel(url: string): Channel
  /** Nobody needs the channel for an operation any more. */
  spare(channel: Channel): void
}

/** Writes of one model that aren't answered. */
interface Writes {
  count: number
  /** What events said meanwhile: the last one counts when the last write is answered. */
  readonly told: Document[]
}

/** How an operation goes on. */
interface Operation {
  readonly method: RemoteMethod
  readonly args: readonly unknown[]
  /** Returns what Backbone is handed of the answer; throws if it makes no sense. */
  readonly accept: (response: unknown) => unknown
  readonly refused?: () => void
}

interface Outcome {
  readonly done: (response: unknown) => void
  readonly failed: (error: unknown) => void
}

/** Options that concern this side alone. */
const ownOptions: readonly string[] = ['attrs', 'context', 'success', 'error', 'finished', 'typed', 'xhr', 'model', 'collection']

/** Backbone's operations as calls of the server: at most one for each is on its way, and what its answer says goes in by Backbone's own callbacks. */
export class Crud {
  private readonly writes = new Map<AnyModel, Writes>()
  private readonly creations = new Map<AnyModel, Promise<unknown>>()
  /** Models that are being destroyed, and whether an event has said that they are gone. */
  private readonly deletions = new WeakMap<AnyModel, { isGone: boolean }>()
  private readonly reads = new WeakMap<AnyCollection, Map<string, Document>>()

  constructor(private readonly context: CrudContext) {}

  readonly sync: CrudSync = (method, subject, given) => {
    const options = isRecord(given) ? given : {}
    let outcome!: Outcome
    const result = new Promise((resolve, reject) => {
      outcome = {
        done: (response) => {
          attempt(options.success, response)
          if (typeof options.finished === 'function') attempt(options.finished, subject, response, options)
          else attempt(() => subject.trigger('success', subject, response, options))
          resolve(response)
        },
        failed: (error) => {
          const reason = isRecord(error) && !(error instanceof Error) ? fromWireError(error) : error
          attempt(options.error, reason)
          reject(reason instanceof Error ? reason : new RemoteError('remote', String(reason)))
        },
      }
    })
    // Backbone's own methods don't look at it.
    result.catch(() => undefined)
    if (typeof (subject as Partial<Syncable> | undefined)?.trigger !== 'function')
      outcome.failed(new ArgumentError('sync: there is no model or collection'))
    else {
      attempt(() => subject.trigger('request', subject, result, options))
      this.begin(method, subject, options, outcome, result)
    }
    return result
  }

  /** Whether what an event says of this model is to wait: it is being written. */
  defers(model: AnyModel, document: Document): boolean {
    const writes = this.writes.get(model)
    writes?.told.push(document)
    return writes !== undefined
  }

  /** Whether the answer will tell that this model is gone. */
  defersEnd(model: AnyModel): boolean {
    const deletion = this.deletions.get(model)
    if (deletion !== undefined) deletion.isGone = true
    return deletion !== undefined
  }

  /** The arguments of all reads that a collection is made of. */
  readsOf(collection: AnyCollection): readonly Document[] {
    return [...(this.reads.get(collection)?.values() ?? [])]
  }

  /** The options of a call as they travel. */
  wireOptions(subject: Syncable, options: CrudOptions): Document {
    const kept = Object.fromEntries(Object.entries(options).filter(([name]) => !ownOptions.includes(name)))
    const { type = typeOf(subject), url = urlOf(subject), ...rest } = cleanOptions(kept)
    return { ...rest, ...(type !== undefined && { type }), ...(url !== undefined && { url }) }
  }

  private begin(method: string, subject: Syncable, options: CrudOptions, outcome: Outcome, result: Promise<unknown>): void {
    try {
      const creation = method === 'create' && isModel(subject) ? this.creations.get(subject) : undefined
      if (creation === undefined) this.perform(method, subject, options, outcome, result)
      else this.follow(creation, subject as AnyModel, options, outcome, result)
    } catch (error) {
      outcome.failed(error)
    }
  }

  /** Saved again before it has its id: what is to be saved is what it holds now, and goes out as soon as it is known how. */
  private follow(creation: Promise<unknown>, model: AnyModel, options: CrudOptions, outcome: Outcome, result: Promise<unknown>): void {
    const attrs = (options.attrs ?? model.toJSON(options)) as object
    const release = this.write(model)
    const next = (): void => {
      release()
      this.begin(model.isNew() ? 'create' : 'update', model, Object.assign(options, { attrs }), outcome, result)
    }
    creation.then(next, next)
  }

  private perform(method: string, subject: Syncable, options: CrudOptions, outcome: Outcome, result: Promise<unknown>): void {
    const { link } = this.context
    if (link === undefined) throw new ConnectionError('no connection')
    const wire = this.wireOptions(subject, options)
    const operation = isModel(subject)
      ? this.modelOperation(method, subject, options, wire)
      : this.readCollection(method, subject, options, wire)
    const url = wire['url'] as string | undefined
    const channel = url === undefined ? undefined : this.context.channel(url)
    // What is told meanwhile may be about the model whose id is still on its way, or newer than the list.
    const release = method === 'create' || method === 'read' ? channel?.hold() : undefined
    const end = (): void => {
      release?.()
      if (channel !== undefined) this.context.spare(channel)
    }
    if (method === 'create') {
      this.creations.set(subject as AnyModel, result)
      const forget = (): unknown => this.creations.delete(subject as AnyModel)
      result.then(forget, forget)
    }
    const failed = (error: unknown): void => {
      attempt(() => operation.refused?.())
      outcome.failed(error)
      end()
    }
    const done = (response: unknown): void => {
      let accepted: unknown
      try {
        accepted = operation.accept(response)
      } catch (error) {
        failed(error)
        return
      }
      outcome.done(accepted)
      end()
    }
    link.call(operation.method, operation.args, { done, failed })
  }

  private modelOperation(method: string, model: AnyModel, options: CrudOptions, wire: Document): Operation {
    switch (method) {
      case 'create': {
        const { [model.idAttribute]: _, _id, ...data } = payload(model, options)
        this.deletions.delete(model)
        return { method, args: [data, wire], accept: (response) => this.merge(model, documentOf(model, response, true)) }
      }
      case 'update':
      case 'patch':
        return this.update(model, { ...payload(model, options), _id: model.id }, wire)
      case 'delete':
        return this.destroy(model, wire)
      case 'read': {
        const query = model.isNew() ? wire['query'] : { ...(wire['query'] as object | undefined), id: model.id as unknown }
        const args = [{ ...wire, ...(query !== undefined && { query }) }]
        return { method, args, accept: (response) => documentOf(model, Array.isArray(response) ? response[0] : response, false) }
      }
      default:
        throw new ArgumentError(`sync: there is no method ${excerpt(method)}`)
    }
  }

  private update(model: AnyModel, data: Document, wire: Document): Operation {
    const release = this.write(model)
    return {
      method: 'update',
      args: [data, wire],
      accept: (response) => {
        const document = documentOf(model, response, false)
        const told = release()
        // Without the echo of this write among them, the events are older than the answer.
        return told.some((each) => equalValues(each, response)) ? told.at(-1) : this.merge(model, document)
      },
      refused: () => {
        const latest = release().at(-1)
        if (latest !== undefined) put(model, latest, { parse: true }, false)
      },
    }
  }

  private destroy(model: AnyModel, wire: Document): Operation {
    const deletion = { isGone: false }
    this.deletions.set(model, deletion)
    return {
      method: 'delete',
      args: [{ _id: model.id as unknown }, wire],
      // It is remembered: the echo may come after the answer.
      accept: (response) => response,
      refused: () => {
        this.deletions.delete(model)
        if (deletion.isGone) drop(model, model, {})
      },
    }
  }

  private readCollection(method: string, collection: AnyCollection, options: CrudOptions, wire: Document): Operation {
    if (method !== 'read') throw new ArgumentError(`sync: a collection can be read, not ${excerpt(method)}`)
    // It once made the difference between adding and replacing.
    if (options.add === true) options.remove ??= false
    return {
      method,
      args: [wire],
      accept: (response) => {
        const documents = documentsOf(collection, response)
        const reads = options.remove === false ? (this.reads.get(collection) ?? new Map<string, Document>()) : new Map<string, Document>()
        this.reads.set(collection, reads.set(JSON.stringify(wire), wire))
        return documents
      },
    }
  }

  /** Counts a write; what is returned counts it off, once, and returns what events said meanwhile if it was the last one. */
  private write(model: AnyModel): () => readonly Document[] {
    const writes = this.writes.get(model) ?? { count: 0, told: [] }
    this.writes.set(model, writes)
    writes.count++
    let isOpen = true
    return () => {
      if (!isOpen) return []
      isOpen = false
      if (--writes.count > 0) return []
      this.writes.delete(model)
      return writes.told
    }
  }

  /** The answer to a write must not undo a later one. */
  private merge(model: AnyModel, document: Document): Document {
    if (!this.writes.has(model)) return document
    const { [model.idAttribute]: _, ...shown } = model.attributes as Document
    return { ...document, ...shown }
  }
}

function payload(model: AnyModel, options: CrudOptions): Document {
  return cleanJson(options.attrs ?? model.toJSON(options)) as Document
}

/** The answer of a write, or of the read of one model. */
function documentOf(model: AnyModel, response: unknown, isNew: boolean): Document {
  const id = idIn(model, response)
  const { collection } = model as { readonly collection?: AnyCollection }
  const fits = isNew || model.isNew() ? id !== undefined : id === undefined || String(id) === String(model.id)
  const isSafe = fits && isRecord(response) && (collection === undefined || modelFor(collection, response) !== false)
  if (!isSafe) throw new ProtocolError(`the server answered with something that isn't this model: ${excerpt(response)}`)
  // The model finds its id where it looks for it.
  return id === undefined || response[model.idAttribute] !== undefined ? response : { ...response, [model.idAttribute]: id }
}

/** The answer of the read of a collection, without what can be no model of it. A collection with a `parse` of its own may get an envelope. */
export function documentsOf(collection: AnyCollection, response: unknown): unknown {
  if (!Array.isArray(response)) {
    if (isRecord(response) && !hasOriginal(collection, 'parse')) return response
    throw new ProtocolError(`the server answered with something that is no list: ${excerpt(response)}`)
  }
  return response
    .filter((document) => isRecord(document) && modelFor(collection, document) !== false)
    .map((document: Document) => withId(collection, document))
}

function withId(collection: AnyCollection, document: Document): Document {
  const { idAttribute } = (collection.model as { prototype?: { idAttribute?: string } }).prototype ?? {}
  if (idAttribute === undefined || document[idAttribute] !== undefined || document['_id'] === undefined) return document
  return { ...document, [idAttribute]: document['_id'] }
}
