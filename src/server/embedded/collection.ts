/* eslint-disable @typescript-eslint/require-await -- the methods of MongoDB's driver answer with promises, failures included */
import { compareValues, equalValues } from '../../streams/query.js'
import { aggregate } from './aggregate.js'
import type { BulkWriteResult } from './bulk-result.js'
import { bulkWrite, giveIds } from './bulk.js'
import { describeIndexes, createIndex, dropIndex } from './index-admin.js'
import { copyValue, type Doc } from './codec.js'
import { EmbeddedCursor, type CursorOptions } from './cursor.js'
import type { EmbeddedDb } from './database.js'
import { valuesAt } from './indexes.js'
import { compileProjection } from './projection.js'
import { select, type Selection } from './select.js'
import { notImplemented, serverError } from './server-errors.js'
import type { ClientSession } from './session.js'
import { insert, remove, update, type Modification } from './statements.js'
import { compileReplacement, compileUpdate, type Update } from './update.js'
import type { View, Work } from './view.js'
import { EmbeddedChangeStream, type WatchOptions } from './watch.js'

/** Options of the driver's methods that mean something here; others are ignored as a server without a need for them would. */
export interface OperationOptions extends CursorOptions {
  readonly session?: ClientSession | null
  readonly upsert?: boolean
  readonly ordered?: boolean
  readonly arrayFilters?: Doc[]
  readonly returnDocument?: 'before' | 'after'
  readonly returnOriginal?: boolean
  readonly includeResultMetadata?: boolean
  readonly collation?: Doc
}

/** A collection as Mongoose's own collection class calls it: the methods and results of MongoDB's driver. */
export class EmbeddedCollection {
  readonly namespace: string

  constructor(
    private readonly db: EmbeddedDb,
    readonly collectionName: string,
  ) {
    this.namespace = `${db.databaseName}.${collectionName}`
  }

  get dbName(): string {
    return this.db.databaseName
  }

  async insertOne(document: Doc, options: OperationOptions = {}): Promise<Doc> {
    giveIds([document])
    return this.write(options, (work) => ({ acknowledged: true, insertedId: insert(work, this.namespace, document)._id }))
  }

  async insertMany(documents: Doc[], options: OperationOptions = {}): Promise<Doc> {
    giveIds(documents)
    const result = await this.bulkWrite(
      documents.map((document) => ({ insertOne: { document } })),
      options,
    )
    return { acknowledged: true, insertedCount: result.insertedCount, insertedIds: result.insertedIds }
  }

  async bulkWrite(operations: Readonly<Record<string, Doc>>[], options: OperationOptions = {}): Promise<BulkWriteResult> {
    for (const { insertOne } of operations) if (insertOne !== undefined) giveIds([(insertOne.document ?? insertOne) as Doc])
    const wrapped = operations.map((operation) =>
      operation.insertOne !== undefined && operation.insertOne.document === undefined
        ? { insertOne: { document: operation.insertOne } }
        : operation,
    )
    return bulkWrite((statement) => this.write(options, statement), this.namespace, wrapped, options)
  }

  find(filter: Doc = {}, options: OperationOptions = {}): EmbeddedCursor {
    return new EmbeddedCursor((cursor) => this.found(filter, { ...options, ...cursor }), cursorOptions(options))
  }

  async findOne(filter: Doc = {}, options: OperationOptions = {}): Promise<Doc | null> {
    return this.found(filter, { ...options, limit: 1 })[0] ?? null
  }

  async countDocuments(filter: Doc = {}, options: OperationOptions = {}): Promise<number> {
    const all = Object.keys(filter).length === 0 && !options.session?.inTransaction() && !options.skip && !options.limit
    if (all) return this.db.store.count(this.namespace)
    return this.read(options, (view) => select(view, this.namespace, selection(filter, { ...options, sort: undefined })).length)
  }

  async estimatedDocumentCount(): Promise<number> {
    return this.db.store.count(this.namespace)
  }

  async distinct(path: string, filter: Doc = {}, options: OperationOptions = {}): Promise<unknown[]> {
    const found = this.read(options, (view) => select(view, this.namespace, selection(filter, options)))
    const values = found.flatMap(({ document }) => valuesAt(document, path).values).filter((value) => value !== undefined)
    return values.sort(compareValues).filter((value, i) => i === 0 || !equalValues(value, values[i - 1]))
  }

  updateOne(filter: Doc, change: Doc | Doc[], options: OperationOptions = {}): Promise<Doc> {
    return this.modify(filter, () => compileUpdate(change, options.arrayFilters), options, false)
  }
  updateMany(filter: Doc, change: Doc | Doc[], options: OperationOptions = {}): Promise<Doc> {
    return this.modify(filter, () => compileUpdate(change, options.arrayFilters), options, true)
  }
  replaceOne(filter: Doc, replacement: Doc, options: OperationOptions = {}): Promise<Doc> {
    return this.modify(filter, () => compileReplacement(replacement), options, false)
  }

  private async modify(filter: Doc, compile: () => Update, options: OperationOptions, multi: boolean): Promise<Doc> {
    const { matched, modified, upserted } = this.runUpdate(filter, compile(), options, multi)
    return {
      acknowledged: true,
      matchedCount: matched,
      modifiedCount: modified,
      upsertedCount: upserted === undefined ? 0 : 1,
      upsertedId: upserted?.id ?? null,
    }
  }

  private runUpdate(filter: Doc, compiled: Update, options: OperationOptions, multi: boolean): Modification {
    const statement = { ...selection(filter, options), skip: 0, update: compiled, multi, upsert: options.upsert === true }
    return this.write(options, (work) => update(work, this.namespace, statement))
  }

  async deleteOne(filter: Doc = {}, options: OperationOptions = {}): Promise<Doc> {
    return this.delete({ ...selection(filter, options), limit: 1 }, options)
  }
  async deleteMany(filter: Doc = {}, options: OperationOptions = {}): Promise<Doc> {
    return this.delete({ ...selection(filter, options), limit: 0 }, options)
  }
  private delete(which: Selection, options: OperationOptions): Doc {
    return { acknowledged: true, deletedCount: this.write(options, (work) => remove(work, this.namespace, which)).length }
  }

  async findOneAndUpdate(filter: Doc, change: Doc | Doc[], options: OperationOptions = {}): Promise<Doc | null> {
    return answer(this.runUpdate(filter, compileUpdate(change, options.arrayFilters), options, false), options)
  }
  async findOneAndReplace(filter: Doc, replacement: Doc, options: OperationOptions = {}): Promise<Doc | null> {
    return answer(this.runUpdate(filter, compileReplacement(replacement), options, false), options)
  }
  async findOneAndDelete(filter: Doc, options: OperationOptions = {}): Promise<Doc | null> {
    const project = compileProjection(options.projection)
    const [gone] = this.write(options, (work) => remove(work, this.namespace, { ...selection(filter, options), limit: 1 }))
    const value = gone === undefined ? null : project(gone)
    return options.includeResultMetadata ? { value, lastErrorObject: { n: value === null ? 0 : 1 }, ok: 1 } : value
  }

  aggregate(pipeline: Doc[] = [], options: OperationOptions = {}): EmbeddedCursor {
    return new EmbeddedCursor(() => this.read(options, (view) => aggregate(view, this.db.databaseName, this.collectionName, pipeline)))
  }

  watch(pipeline: Doc[] = [], options: WatchOptions = {}): EmbeddedChangeStream {
    return new EmbeddedChangeStream(this.db.store, { database: this.db.databaseName, collection: this.collectionName }, pipeline, options)
  }

  async createIndex(spec: unknown, options: Doc = {}): Promise<string> {
    return this.db.store.write((unit) => createIndex(unit, this.namespace, spec, options))
  }
  async createIndexes(specs: Doc[]): Promise<string[]> {
    return this.db.store.write((unit) => specs.map(({ key, ...options }) => createIndex(unit, this.namespace, key, options)))
  }
  listIndexes(): EmbeddedCursor {
    return new EmbeddedCursor(() => {
      const entry = this.db.store.collection(this.namespace)
      if (entry === undefined) throw serverError(26, 'NamespaceNotFound', `ns does not exist: ${this.namespace}`)
      return copyValue(describeIndexes(entry))
    })
  }
  async indexes(): Promise<Doc[]> {
    return this.listIndexes().toArray()
  }
  async dropIndex(which: unknown): Promise<Doc> {
    this.db.store.write((unit) => dropIndex(unit, this.namespace, which))
    return { ok: 1 }
  }
  async dropIndexes(): Promise<boolean> {
    this.db.store.write((unit) => dropIndex(unit, this.namespace, '*'))
    return true
  }
  async drop(): Promise<boolean> {
    return this.db.dropCollection(this.collectionName)
  }
  async options(): Promise<Doc> {
    return copyValue(this.db.store.collection(this.namespace)?.options ?? {})
  }
  async isCapped(): Promise<boolean> {
    return false
  }

  private found(filter: Doc, options: OperationOptions): Doc[] {
    const project = compileProjection(options.projection)
    return this.read(options, (view) => select(view, this.namespace, selection(filter, options)).map(({ document }) => project(document)))
  }

  private read<T>(options: OperationOptions, statement: (view: View) => T): T {
    return options.session ? this.db.sessionOf(options.session).read(statement) : statement(this.db.store)
  }

  private write<T>(options: OperationOptions, statement: (work: Work) => T): T {
    return options.session ? this.db.sessionOf(options.session).write(statement) : this.db.store.write(statement)
  }
}

function cursorOptions(options: OperationOptions): CursorOptions {
  const { sort, skip, limit, projection } = options
  return { sort, projection, ...(skip === undefined ? {} : { skip }), ...(limit === undefined ? {} : { limit }) }
}

function selection(filter: Doc, options: OperationOptions): Selection {
  if (options.collation !== undefined && options.collation.locale !== 'simple') throw notImplemented('a collation')
  return { filter, ...cursorOptions(options) }
}

function answer({ before, after, upserted, matched }: Modification, options: OperationOptions): Doc | null {
  const wanted = options.returnDocument === 'after' || options.returnOriginal === false ? after : before
  const value = wanted === undefined ? null : compileProjection(options.projection)(wanted)
  if (!options.includeResultMetadata) return value
  const upsertedId = upserted === undefined ? {} : { upserted: upserted.id }
  return { value, lastErrorObject: { n: upserted === undefined ? matched : 1, updatedExisting: matched > 0, ...upsertedId }, ok: 1 }
}
