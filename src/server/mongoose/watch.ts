import mongoose, { type Connection } from 'mongoose'
import { ArgumentError } from '../../errors.js'
import { ChangeRoot } from './change-root.js'
import { embeddedStore } from '../embedded/embedded-store.js'
import type { ChangeSource } from './change-source.js'
import { embeddedSource } from './embedded-source.js'
import { MongodbSource } from './mongodb-source.js'

const roots = new WeakMap<Connection, ChangeRoot>()

/** The root of the feeds of `connection`; one for each connection, made at its first use. */
export function changeRootOf(connection: Connection): ChangeRoot {
  const root = roots.get(connection)
  if (root !== undefined) return root
  const source = sourceOf(connection)
  if (source === undefined)
    throw new ArgumentError(
      'this Mongoose connection is not open: await it first (connection.asPromise()), then subscribe to feeds of its models',
    )
  return watchConnection(connection, source)
}

/** Makes `source` what the feeds of `connection` follow, in place of its own change streams. */
export function watchConnection(connection: Connection, source: ChangeSource): ChangeRoot {
  const root = new ChangeRoot(source)
  roots.set(connection, root)
  connection.once('close', () => {
    if (roots.get(connection) === root) roots.delete(connection)
    void root.close()
  })
  return root
}

function sourceOf(connection: Connection): ChangeSource | undefined {
  const store = embeddedStore(connection)
  if (store !== undefined) return embeddedSource(store)
  // One that was closed keeps its `db`.
  return connection.readyState === mongoose.ConnectionStates.connected && connection.db !== undefined
    ? new MongodbSource(connection)
    : undefined
}
