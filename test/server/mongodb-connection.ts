import mongoose, { type Connection } from 'mongoose'
import type { SecantusServer } from '../services/secantus.js'

let databases = 0

/** A Mongoose of its own on an empty database of `server`; `close` it after the test. */
export async function openMongodb(server: SecantusServer, database = `test${String(++databases)}`): Promise<Connection> {
  return new mongoose.Mongoose()
    .createConnection(server.uri(database), { serverSelectionTimeoutMS: 5_000, monitorCommands: true })
    .asPromise()
}
