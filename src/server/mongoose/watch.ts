import type { Connection } from 'mongoose'
import { ArgumentError } from '../../errors.js'
import { ChangeRoot } from './change-root.js'
import { embeddedStore } from '../embedded/embedded-store.js'
import type { ChangeSource } from './change-source.js'
import { embeddedSource } from './embedded-source.js'

const roots = new WeakMap<Connection, ChangeRoot>()

/** The root of the feeds of `connection`; one for each connection, made at its first use. */
export function changeRootOf(connection: Connection): ChangeRoot {
  const root = roots.get(connection)
  if (root !== undefined) return root
  const source = sourceOf(connection)
  if (source === undefined)
    throw new ArgumentError(
      'this Mongoose connection is not open, or not on the embedded driver: await the connection first; MongoDB itself is not followed yet',
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
  return store === undefined ? undefined : embeddedSource(store)
}
