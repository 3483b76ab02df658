import mongoose, { type Connection } from 'mongoose'
import { embedded } from '../../src/server/embedded/index.js'

/** A Mongoose of its own on an embedded store in memory; `close` it after the test. */
export async function openEmbedded(uri = 'embedded:'): Promise<Connection> {
  const own = new mongoose.Mongoose()
  own.setDriver(embedded)
  return own.createConnection(uri).asPromise()
}
