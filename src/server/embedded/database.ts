/* eslint-disable @typescript-eslint/require-await -- the methods of MongoDB's driver answer with promises, failures included */
import mongoose from 'mongoose'
import { aggregate } from './aggregate.js'
import { collectionName, collectionsOf } from './catalog.js'
import type { EmbeddedClient } from './client.js'
import { copyValue, type Doc } from './codec.js'
import { EmbeddedCollection, type OperationOptions } from './collection.js'
import { EmbeddedCursor } from './cursor.js'
import { compilePredicate } from './predicate.js'
import { notImplemented, serverError } from './server-errors.js'
import { ClientSession } from './session.js'
import type { Store } from './store.js'
import { EmbeddedChangeStream, type WatchOptions } from './watch.js'

/** A database of a data folder: `connection.db`. */
export class EmbeddedDb {
  constructor(
    readonly client: EmbeddedClient,
    readonly databaseName: string,
  ) {}

  get store(): Store {
    return this.client.store
  }

  collection(name: string): EmbeddedCollection {
    return new EmbeddedCollection(this, name)
  }

  async createCollection(name: string, options: Doc = {}): Promise<EmbeddedCollection> {
    const { session: _session, ...kept } = options
    if (kept.capped || kept.timeseries || kept.viewOn || kept.collation)
      throw notImplemented('a capped, time series or collated collection or a view')
    const namespace = `${this.databaseName}.${name}`
    this.store.write((unit) => {
      if (unit.collection(namespace) !== undefined) throw serverError(48, 'NamespaceExists', `Collection ${namespace} already exists.`)
      unit.ensureCollection(namespace, copyValue(kept))
    })
    return this.collection(name)
  }

  async dropCollection(name: string): Promise<boolean> {
    return this.store.write((unit) => {
      const entry = unit.collection(`${this.databaseName}.${name}`)
      if (entry !== undefined) unit.dropCollection(entry)
      return entry !== undefined
    })
  }

  async dropDatabase(): Promise<boolean> {
    this.store.write((unit) => collectionsOf(unit.catalog, this.databaseName).forEach((entry) => unit.dropCollection(entry)))
    return true
  }

  listCollections(filter: Doc = {}): EmbeddedCursor {
    const test = compilePredicate(filter)
    return new EmbeddedCursor(() =>
      collectionsOf(this.store.collections(), this.databaseName)
        .map(({ namespace, options }) => ({
          name: collectionName(namespace),
          type: 'collection',
          options: copyValue(options),
          info: { readOnly: false },
        }))
        .filter(test),
    )
  }

  async collections(): Promise<EmbeddedCollection[]> {
    return collectionsOf(this.store.collections(), this.databaseName).map(({ namespace }) => this.collection(collectionName(namespace)))
  }

  watch(pipeline: Doc[] = [], options: WatchOptions = {}): EmbeddedChangeStream {
    return new EmbeddedChangeStream(this.store, { database: this.databaseName }, pipeline, options)
  }

  aggregate(pipeline: Doc[] = [], options: OperationOptions = {}): EmbeddedCursor {
    return new EmbeddedCursor(() =>
      options.session
        ? this.sessionOf(options.session).read((view) => aggregate(view, this.databaseName, undefined, pipeline))
        : aggregate(this.store, this.databaseName, undefined, pipeline),
    )
  }

  /** The commands that tools and Mongoose send; others fail with 59. */
  async command(command: Doc): Promise<Doc> {
    const [name] = Object.keys(command)
    const { seconds, increment } = this.store.clusterTime
    const operationTime = new mongoose.mongo.Timestamp({ t: seconds, i: increment })
    switch (name?.toLowerCase()) {
      case 'ping':
      case 'collmod':
        return { ok: 1, operationTime }
      case 'hello':
      case 'ismaster':
        return { ok: 1, operationTime, isWritablePrimary: true, setName: 'embedded', maxBsonObjectSize: 16777216, embedded: true }
      case 'buildinfo':
        return { ok: 1, version: '8.0.0', versionArray: [8, 0, 0, 0], embedded: true }
      default:
        throw serverError(59, 'CommandNotFound', `no such command on the embedded driver: '${String(name)}'`)
    }
  }

  admin(): { command: (command: Doc) => Promise<Doc>; ping: () => Promise<Doc>; listDatabases: () => Promise<Doc> } {
    return {
      command: (command) => this.command(command),
      ping: () => this.command({ ping: 1 }),
      listDatabases: () => this.client.listDatabases(),
    }
  }

  /** Throws if the session is of another client: its transaction would not cover what is done here. */
  sessionOf(session: unknown): ClientSession {
    if (session instanceof ClientSession && session.belongsTo(this.store)) {
      if (session.hasEnded) throw new mongoose.mongo.MongoExpiredSessionError()
      return session
    }
    throw new mongoose.mongo.MongoInvalidArgumentError('ClientSession must be from the same MongoClient')
  }
}
