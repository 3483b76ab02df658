import { isDeepStrictEqual } from 'node:util'
import mongoose, { type ClientSession, type HydratedDocument, type Model } from 'mongoose'
import { describeCause, LimitError, QueryError } from '../../../errors.js'
import type { Filter } from '../../../streams/query.js'
import type { Item, Write } from '../../hub/channel-store.js'
import { authorize, type ChannelRules, limitsOf, readFilter } from '../../hub/rules.js'
import { toldWriteError } from '../../hub/told-write-error.js'
import { checkWrite, matches, writeGuard } from '../../hub/write-guard.js'
import { itemOf, writeDocument } from '../../mongoose/document-write.js'
import { mongodbFilter } from '../../mongoose/mongodb-filter.js'
import { isPassing } from '../../mongoose/mongodb-errors.js'
import { refuseReserved } from '../../mongoose/reserved-fields.js'
import { storeFilter } from '../../mongoose/store-filter.js'
import { isTransient, writeError } from '../../mongoose/write-errors.js'
import { readablePart } from './event-view.js'
import { jsonOf, type PlainObject } from './plain-json.js'
import { pathsOf, project } from './projection.js'
import type { ReadOptions } from './read-options.js'
import { SeedError } from './seed-error.js'

/** A model of whatever schema. */
export type AnyModel = Model<Record<string, unknown>>
type Rules = ChannelRules<Item, unknown>
type Document = HydratedDocument<Record<string, unknown>>

/** A document as it was written: as clients get it, and as rules judge it. */
export interface Stored {
  /** What its writer may see of it. */
  readonly plain: PlainObject
  readonly whole: PlainObject
  readonly item: Item
  readonly previous: Item | undefined
}

const openRules: Rules = {
  read: () => true,
  create: () => true,
  patch: () => true,
  retract: () => true,
  fields: { readable: '*', writable: '*' },
  filterable: '*',
  operators: '*',
  sortable: '*',
  // How many there may be in an answer is the connection's limit.
  limits: { limit: Number.MAX_SAFE_INTEGER },
}
const attempts = 5

/** One model as old clients read and write it, with the rules of a channel. */
export class SeedModel {
  private readonly guarded: boolean
  private readonly rules: Rules

  /** Without rules everybody may do everything. */
  constructor(
    readonly type: string,
    private readonly model: AnyModel,
    rules: Rules | undefined,
  ) {
    this.guarded = rules !== undefined
    this.rules = rules ?? openRules
  }

  /** One document, or all that match. Rejects with `SeedError`, `QueryError`, `DeniedError`, `LimitError`. */
  async read(user: unknown, { id, query, omitted }: ReadOptions, mostRows: number): Promise<PlainObject | PlainObject[]> {
    const base = readFilter(this.type, this.rules, user)
    const { filter = {}, sort, skip = 0, limit, fields } = authorize(this.type, { ...this.rules, read: () => true }, user, query)
    const picked = fields && pathsOf(['_id', ...fields])
    const left = omitted.length > 0 ? pathsOf(omitted) : undefined
    // It is made text once, with the answer.
    const shown = (document: Document): PlainObject => {
      const all = readablePart(this.rules, document.toJSON())
      const kept = picked === undefined ? all : project(all, picked, true)
      return left === undefined ? kept : project(kept, left, false)
    }
    if (id !== undefined) {
      const found = await this.find(id)
      if (found === null || (base !== undefined && !matches(base, itemOf(found)))) throw new SeedError('model not found')
      return shown(found)
    }
    const rows = this.guarded ? Math.min(mostRows, limitsOf(this.rules).rows) : mostRows
    const conditions = base === undefined ? mongodbFilter(filter) : { $and: [this.narrowed(base), mongodbFilter(filter)] }
    const found = this.model.find(conditions).limit(limit === undefined ? rows + 1 : Math.min(limit, rows + 1))
    if (sort !== undefined) found.sort(sort as Record<string, 1 | -1>)
    if (skip > 0) found.skip(skip)
    const documents = await found.exec().catch((error: unknown) => {
      throw this.isCastable(filter) ? error : new QueryError(`query: ${describeCause(error)}`, 'query', { cause: error })
    })
    if (documents.length > rows) throw new LimitError(`more than ${rows} documents match: ask for fewer with sorting.limit`, 'rows', rows)
    const seen = base === undefined ? documents : documents.filter((document) => matches(base, itemOf(document)))
    return seen.map(shown)
  }

  create(user: unknown, data: PlainObject): Promise<Stored> {
    const item = without(data, ['_id', ...this.reservedNames()])
    return this.write(user, { type: 'publish', write: '', id: undefined, item, create: true })
  }

  /** Sets those of the properties that the document has. */
  async update(user: unknown, id: string, data: PlainObject): Promise<Stored> {
    const set = await this.settable(id, without(data, ['_id', ...this.reservedNames()]))
    return this.write(user, { type: 'patch', write: '', id, set, unset: [] })
  }

  delete(user: unknown, id: string): Promise<Stored> {
    return this.write(user, { type: 'retract', write: '', id })
  }

  /** The document with this id as it is stored now. */
  async stored(id: string): Promise<Stored | undefined> {
    const document = await this.find(id)
    return document === null ? undefined : this.storedOf(document, undefined)
  }

  private async write(user: unknown, write: Write): Promise<Stored> {
    const { model, rules, type } = this
    checkWrite(type, rules, write)
    const guard = writeGuard(type, rules, user)
    try {
      if (write.type !== 'retract') refuseReserved(model, Object.keys(write.type === 'publish' ? write.item : write.set))
      for (let attempt = 1; ; attempt++) {
        let previous: Item | undefined
        const see = (item: Item): void => {
          previous = item
          guard.see(item)
        }
        try {
          const document = await this.inTransaction((session) => writeDocument(model, write, { ...guard, see }, session))
          return this.storedOf(document, previous)
        } catch (error) {
          // Nothing was written: another write came between.
          if (attempt >= attempts || !isTransient(error) || isPassing(error)) throw error
        }
      }
    } catch (error) {
      if (isNoId(error)) throw new SeedError('model not found')
      throw toldWriteError(writeError(error), type, write, (field) => this.isReadable(field))
    }
  }

  /** What rules have judged mustn't change before it is written. */
  private async inTransaction(write: (session: ClientSession | undefined) => Promise<Document>): Promise<Document> {
    if (!this.guarded) return write(undefined)
    let document: Document | undefined
    await this.model.db.transaction(async (session: ClientSession) => {
      document = await write(session)
    })
    return document!
  }

  /**
   * An old client sends all that it has. What the document has no place for is left out, as is what the client may not write and leaves as it is.
   */
  private async settable(id: string, data: PlainObject): Promise<PlainObject> {
    const { schema } = this.model
    const writable = this.rules.fields?.writable ?? []
    const isOpen = schema.get('strict') === false
    const mayWrite = (name: string): boolean => writable === '*' || writable.includes(name)
    const names = Object.keys(data)
    const current = isOpen || !names.every(mayWrite) ? ((await this.stored(id))?.whole ?? {}) : {}
    const has = (name: string): boolean => schema.pathType(name) !== 'adhocOrUndefined' || (isOpen && Object.hasOwn(current, name))
    const isLeft = (name: string): boolean => !mayWrite(name) && this.isReadable(name) && isDeepStrictEqual(current[name], data[name])
    return Object.fromEntries(names.filter((name) => has(name) && !isLeft(name)).map((name) => [name, data[name]]))
  }

  private async find(id: string): Promise<Document | null> {
    try {
      return await this.model.findById(id)
    } catch (error) {
      // An id that can't be one of this model's is simply not there.
      if (isNoId(error)) return null
      throw error
    }
  }

  /** What the base filter of a user says of documents; what that leaves open is asked again of each. */
  private narrowed(base: Filter<Item>): Record<string, unknown> {
    return mongodbFilter(storeFilter(this.model as unknown as Model<never>, base))
  }

  /** Whether the values in a filter are of the types that the schema has in their place. */
  private isCastable(filter: Readonly<Record<string, unknown>>): boolean {
    try {
      this.model.find().cast(this.model, mongodbFilter(filter))
      return true
    } catch {
      return false
    }
  }

  /** `_id` is never a client's to set, by whatever name; Mongoose counts versions itself. */
  private reservedNames(): readonly string[] {
    return this.model.schema.pathType('id') === 'virtual' ? ['__v', 'id'] : ['__v']
  }

  private storedOf(document: Document, previous: Item | undefined): Stored {
    const whole = toJson(document)
    return { plain: readablePart(this.rules, whole), whole, item: itemOf(document), previous }
  }

  private isReadable(field: string): boolean {
    const readable = this.rules.fields?.readable ?? []
    return readable === '*' || readable.includes(field)
  }
}

/** As the application's schema shows its documents: with its `toJSON` options. */
function toJson(document: Document): PlainObject {
  return JSON.parse(jsonOf(document)) as PlainObject
}

function without(object: PlainObject, names: readonly string[]): PlainObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

function isNoId(error: unknown): boolean {
  return error instanceof mongoose.Error.CastError && error.path === '_id'
}
