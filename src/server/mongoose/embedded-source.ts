import type { EmbeddedStore } from '../embedded/embedded-store.js'
import type { ChangeSource } from './change-source.js'

/** The embedded store as the source of a change root: everything at once, nothing ever lost. */
export function embeddedSource(store: EmbeddedStore): ChangeSource {
  return {
    rootId: store.rootId,
    position: () => store.position(),
    onCommit: (listener) => store.onCommit(listener),
    onLost: () => () => undefined,
    ready: () => Promise.resolve(),
    storeFilter: (filter) => filter,
    changesSince: (position, limit) => {
      const changes = store.changesSince(position, limit + 1)
      return changes === undefined || changes.length > limit ? undefined : changes
    },
    read: (collection, filter) => store.read(collection, filter),
    caughtUp: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}
