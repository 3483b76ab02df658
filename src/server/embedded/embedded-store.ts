import type mongoose from 'mongoose'
import type { Position } from '../../streams/cursor.js'
import type { ChangeRecord, LoggedChange } from './changelog.js'
import { EmbeddedDb } from './database.js'
import { select, type Selection } from './select.js'

/** A direct, synchronous door to the data of a connection, beside Mongoose. */
export interface EmbeddedStore {
  /** Stable id of this data folder's history. */
  readonly rootId: string
  /** Where the history stands now. */
  position(): Position
  /** Hears every commit that concerns this database, in order, before the write returns. A listener that throws is reported and disturbs nobody. */
  onCommit(listener: (transaction: StoreTransaction) => void): () => void
  /**
   * What was committed after a position, in order; whole transactions, so `limit` may be exceeded by the rest of the last one. `undefined`: the log doesn't reach back
   * that far, or the position is of another history.
   */
  changesSince(position: Position, limit?: number): readonly ChangeRecord[] | undefined
  /** The documents of a query as of now, fresh; ties by id. Synchronous: O(log n + found) by an index, otherwise a scan. */
  read(collection: string, filter: object, options?: Omit<Selection, 'filter'>): StoreSnapshot
}

export interface StoreTransaction {
  readonly position: Position
  readonly changes: readonly ChangeRecord[]
}

export interface StoreSnapshot {
  readonly position: Position
  readonly documents: Iterable<Record<string, unknown>>
}

/**
 * The store behind a connection of the embedded driver; `undefined` if it isn't one, or isn't open.
 *
 * ```ts
 * const { position, documents } = embeddedStore(mongoose.connection)!.read('todos', { done: false })
 * ```
 */
export function embeddedStore(connection: mongoose.Connection): EmbeddedStore | undefined {
  const db: unknown = connection.db
  if (!(db instanceof EmbeddedDb)) return undefined
  const { store, databaseName } = db
  const prefix = `${databaseName}.`
  return {
    rootId: store.environment.rootId,
    position: () => store.position,
    onCommit: (listener) =>
      store.onCommit(({ position, changes }) => {
        const own = recordsOf(changes.filter(({ namespace }) => namespace.startsWith(prefix)))
        if (own.length > 0) listener({ position, changes: own })
      }),
    changesSince: (position, limit = Infinity) => {
      const number = store.numberAt(position)
      if (number === undefined) return undefined
      const found: LoggedChange[] = []
      for (const change of store.changesFrom(number + 1)) {
        if (found.length >= limit && found.at(-1)!.position !== change.position) break
        if (change.namespace.startsWith(prefix)) found.push(change)
      }
      return recordsOf(found)
    },
    read: (collection, filter, options = {}) => ({
      position: store.position,
      documents: select(store, prefix + collection, { ...options, filter }).map(({ document }) => document),
    }),
  }
}

/** Where there is no document the getter of a logged change says undefined, which the contract tells by leaving the property out. */
function recordsOf(changes: readonly LoggedChange[]): readonly ChangeRecord[] {
  return changes as unknown as readonly ChangeRecord[]
}
