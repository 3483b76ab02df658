import type { ClientSession } from 'mongoose'
import type { Position } from '../../streams/cursor.js'

/** One change of one document, as the store's history has it. */
export interface ChangeRecord {
  readonly position: Position
  readonly operation: 'insert' | 'update' | 'replace' | 'delete' | 'drop'
  readonly collection: string
  /** The `_id`; of a `drop` nothing. */
  readonly id: unknown
  /** The document afterwards; missing after a delete, and where the store can't say. */
  readonly document?: Readonly<Record<string, unknown>>
  readonly previous?: Readonly<Record<string, unknown>>
}

/** The changes that happened at once, and the position after them. */
export interface ChangeTransaction {
  readonly position: Position
  readonly changes: readonly ChangeRecord[]
}

/** What a collection held at one position. */
export interface CollectionRead {
  readonly position: Position
  readonly documents: Iterable<Readonly<Record<string, unknown>>>
}

/**
 * What the feeds of a connection need of its store. The embedded driver answers synchronously, MongoDB with promises; a feed takes
 * whichever it gets, so that on the embedded store a subscription is complete when `subscribe` returns.
 */
export interface ChangeSource {
  /** Identifies one unbroken history, also across processes. */
  readonly rootId: string
  /** The newest position of which this process knows. */
  position(): Position
  /** Every transaction from now on, in order. */
  onCommit(listener: (transaction: ChangeTransaction) => void): () => void
  /** The history can't be followed any more (it is older than the store remembers): everything is to be read anew, or only `collection`. */
  onLost(listener: (reason: string, collection?: string) => void): () => void
  /** Resolves when the store is being followed; rejects if it can't be. */
  ready(): Promise<void>
  /** What changed after `position`, perhaps with what changed at it; `undefined` if that is no longer known, or more than `limit`. */
  changesSince(position: Position, limit: number): readonly ChangeRecord[] | undefined | Promise<readonly ChangeRecord[] | undefined>
  /** A filter in the store's own language. */
  storeFilter(filter: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  read(collection: string, filter: Readonly<Record<string, unknown>>): CollectionRead | Promise<CollectionRead>
  /** Resolves when everything that was written in `session`, or else before the call, has been given to the listeners. */
  caughtUp(session?: ClientSession): Promise<void>
  close(): Promise<void>
}
