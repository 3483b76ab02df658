import mongoose from 'mongoose'
import { BulkWriteResult } from './bulk-result.js'
import { EmbeddedConnection } from './connection.js'

/** What `mongoose.setDriver` takes. */
export interface MongooseDriver {
  readonly Connection: typeof mongoose.Connection
  readonly Collection: typeof mongoose.Collection
  readonly BulkWriteResult: unknown
  readonly ClientEncryption: unknown
}

/**
 * The embedded Mongoose driver: `embedded:./data` keeps the data in a folder (LMDB), `embedded:` in memory until the connection is closed.
 * Options stand in the URI: `durability=process` (default: a write survives kill -9 once it is acknowledged) or `disk` (an fsync a commit, survives a power failure);
 * `changeLog=100000`, how many changes can be resumed from.
 *
 * Errors: `StoreError` for a folder that is damaged, foreign or used by another process; `MissingPeerError` if `lmdb` isn't installed; `ArgumentError` for the
 * URI; MongoDB's own `MongoServerError`s for statements. Cost: an insert one LMDB transaction, a lookup by id or index O(log n), anything else a scan.
 *
 * ```ts
 * mongoose.setDriver(embedded)
 * await mongoose.connect('embedded:./data')
 * ```
 */
export const embedded: MongooseDriver = {
  Connection: EmbeddedConnection,
  // Mongoose's own collection class (buffering, debug, events) works over the `db.collection()` of any driver.
  Collection: mongoose.Collection,
  BulkWriteResult,
  ClientEncryption: mongoose.mongo.ClientEncryption,
}
