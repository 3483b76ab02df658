import mongoose, { type Connection, type Mongoose } from 'mongoose'
import { embedded } from '../embedded/index.js'

/** A connection of Mongoose that this program owns. */
export interface Store {
  readonly mongoose: Mongoose
  readonly connection: Connection
  close(): Promise<void>
}

/** Opens the embedded store of a URI such as `embedded:./data`, or connects to MongoDB. Throws `StoreError` for a damaged or used folder. */
export async function openStore(uri: string): Promise<Store> {
  const instance = new mongoose.Mongoose()
  if (uri.startsWith('embedded:')) instance.setDriver(embedded)
  await instance.connect(uri)
  return { mongoose: instance, connection: instance.connection, close: () => instance.disconnect() }
}
