/* eslint-disable @typescript-eslint/require-await -- the methods of MongoDB's driver answer with promises, failures included */
import { EventEmitter } from 'node:events'
import { collectionName } from './catalog.js'
import type { Doc } from './codec.js'
import { bulkWrite, type RunStatement } from './bulk.js'
import { EmbeddedDb } from './database.js'
import { notImplemented } from './server-errors.js'
import { ClientSession } from './session.js'
import { acquireStore, releaseStore } from './open-stores.js'
import type { Store } from './store.js'
import type { StoreLocation } from './uri.js'
import { EmbeddedChangeStream, type WatchOptions } from './watch.js'

/** What Mongoose takes for a `MongoClient`: one open data folder. */
export class EmbeddedClient extends EventEmitter {
  readonly options = {}
  private readonly sessions = new Set<ClientSession>()
  private closing: Promise<void> | undefined

  private constructor(
    readonly store: Store,
    private readonly database: string,
  ) {
    super()
    this.setMaxListeners(0)
  }

  /** Opens the data folder, or shares it if this process has it open. */
  static async open(location: StoreLocation): Promise<EmbeddedClient> {
    return new EmbeddedClient(await acquireStore(location), location.database)
  }

  db(name = this.database): EmbeddedDb {
    return new EmbeddedDb(this, name)
  }

  startSession(): ClientSession {
    const session = new ClientSession(this.store)
    this.sessions.add(session)
    session.once('ended', () => this.sessions.delete(session))
    return session
  }

  async withSession<T>(
    ...parameters: [((session: ClientSession) => Promise<T>) | Doc, ((session: ClientSession) => Promise<T>)?]
  ): Promise<T> {
    const body = (parameters[1] ?? parameters[0]) as (session: ClientSession) => Promise<T>
    const session = this.startSession()
    try {
      return await body(session)
    } finally {
      await session.endSession()
    }
  }

  watch(pipeline: Doc[] = [], options: WatchOptions = {}): EmbeddedChangeStream {
    return new EmbeddedChangeStream(this.store, {}, pipeline, options)
  }

  /** `Connection.bulkWrite`: operations that name their collection, one after the other. */
  async bulkWrite(models: readonly Doc[], options: Doc = {}): Promise<Doc> {
    if (options.verboseResults) throw notImplemented('verboseResults of a bulk write over several collections')
    const session = options.session as ClientSession | undefined
    const total = { insertedCount: 0, matchedCount: 0, modifiedCount: 0, deletedCount: 0, upsertedCount: 0 }
    for (const { namespace, name, ...body } of models) {
      const run: RunStatement = (statement) => (session ? session.write(statement) : this.store.write(statement))
      const result = await bulkWrite(run, String(namespace), [{ [String(name)]: body }], {})
      for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += result[key]
    }
    return { acknowledged: true, ...total }
  }

  async listDatabases(): Promise<Doc> {
    const names = new Set(
      [...this.store.collections().collections.keys()].map((namespace) => namespace.slice(0, -collectionName(namespace).length - 1)),
    )
    return { ok: 1, databases: [...names].sort().map((name) => ({ name })) }
  }

  close(): Promise<void> {
    return (this.closing ??= this.end())
  }

  private async end(): Promise<void> {
    for (const session of this.sessions) await session.endSession()
    await releaseStore(this.store)
    this.emit('close')
  }
}
