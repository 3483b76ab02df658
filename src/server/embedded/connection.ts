import mongoose from 'mongoose'
import { EmbeddedClient } from './client.js'
import type { Doc } from './codec.js'
import { parseUri } from './uri.js'

/** The members of Mongoose's connections that its own drivers use and its types don't tell. */
interface Internals {
  base: unknown
  config: Doc
  readyState: mongoose.ConnectionStates
  client: EmbeddedClient | null | undefined
  db: unknown
  name: string
  host: string
  otherDbs: (Internals & mongoose.Connection)[]
  collections: Record<string, { onOpen(): void }>
  _connectionString?: string
  _destroyCalled?: boolean
  _closeCalled?: boolean
  onOpen(): void
}

/** Options of `connect` that Mongoose keeps in the connection's `config`. */
const CONFIG_OPTIONS = ['autoIndex', 'autoCreate', 'autoSearchIndex', 'sanitizeFilter', 'bufferCommands', 'bufferTimeoutMS'] as const

/** A Mongoose connection to a data folder in this process. */
export class EmbeddedConnection extends mongoose.Connection {
  /** Called by `openUri`. Throws `ArgumentError`, `StoreError`, `MissingPeerError`. */
  async createClient(uri: string, options: Doc = {}): Promise<this> {
    const own = this as unknown as Internals
    const { connecting, connected } = mongoose.ConnectionStates
    const active = own.readyState === connecting || own.readyState === connected
    if (own._destroyCalled)
      throw new mongoose.MongooseError('Connection has been closed and destroyed; create a new one with mongoose.createConnection()')
    if (active && own._connectionString !== uri) {
      throw new mongoose.MongooseError("Can't call `openUri()` on an active connection with different connection strings")
    }
    for (const name of CONFIG_OPTIONS) if (options[name] !== undefined && options[name] !== null) own.config[name] = options[name]
    if ((options.config as Doc | undefined)?.autoIndex !== undefined) own.config.autoIndex = (options.config as Doc).autoIndex !== false
    const location = parseUri(uri, typeof options.dbName === 'string' ? options.dbName : undefined)
    own.readyState = mongoose.ConnectionStates.connecting
    own._connectionString = uri
    const client = await EmbeddedClient.open(location)
    adopt(own, client, location.database)
    for (const other of own.otherDbs) adopt(other, client, other.name)
    return this
  }

  /** Called by `close`. A child made by `useDb` leaves the store to its parent. */
  async doClose(force?: boolean | { skipCloseClient?: boolean }): Promise<this> {
    const own = this as unknown as Internals
    if (!(typeof force === 'object' && force.skipCloseClient)) await own.client?.close()
    return this
  }

  override async listDatabases(): ReturnType<mongoose.Connection['listDatabases']> {
    const own = this as unknown as Internals & { _waitForConnect(): Promise<void> }
    await own._waitForConnect()
    return (await own.client!.listDatabases()) as unknown as Awaited<ReturnType<mongoose.Connection['listDatabases']>>
  }
}

function adopt(connection: Internals, client: EmbeddedClient, database: string): void {
  connection.client = client
  connection.db = client.db(database)
  connection.name = database
  connection.host = 'embedded'
  connection._closeCalled = false
  connection.onOpen()
}
