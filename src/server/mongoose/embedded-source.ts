import type { Position } from '../../streams/cursor.js'
import type { ChangeRecord, ChangeSource, ChangeTransaction, CollectionRead } from './change-source.js'

/** The synchronous door of the embedded store (`embeddedStore(connection)` of `rachis/embedded`). */
export interface EmbeddedStore {
  readonly rootId: string
  position(): Position
  onCommit(listener: (transaction: ChangeTransaction) => void): () => void
  changesSince(position: Position, limit?: number): readonly ChangeRecord[] | undefined
  read(
    collection: string,
    filter: Readonly<Record<string, unknown>>,
    options?: { readonly sort?: Readonly<Record<string, 1 | -1>>; readonly skip?: number; readonly limit?: number },
  ): CollectionRead
}

/** The embedded store as the source of a change root: everything at once, nothing ever lost. */
export function embeddedSource(store: EmbeddedStore): ChangeSource {
  return {
    rootId: store.rootId,
    position: () => store.position(),
    onCommit: (listener) => store.onCommit(listener),
    onLost: () => () => undefined,
    changesSince: (position, limit) => {
      const changes = store.changesSince(position, limit + 1)
      return changes === undefined || changes.length > limit ? undefined : changes
    },
    read: (collection, filter) => store.read(collection, filter),
    caughtUp: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}
