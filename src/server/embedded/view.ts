import type { CollectionEntry, IndexEntry } from './catalog.js'
import type { PendingChange } from './changelog.js'
import type { Doc } from './codec.js'
import type { CodeRange } from './plan.js'

/** Where statements read: the last commit, a running write, or the snapshot and overlay of a session's transaction. */
export interface View {
  collection(namespace: string): CollectionEntry | undefined
  /** The bytes of one document; a copy. */
  document(entry: CollectionEntry, id: Buffer): Buffer | undefined
  /** The bytes of the documents of a range, by id. */
  documents(entry: CollectionEntry, range: CodeRange, reverse: boolean): Iterable<Buffer>
  /** Ids in the order of an index, for each the length of its entry's key. */
  entries(index: IndexEntry, range: CodeRange, reverse: boolean): Iterable<{ readonly key: Buffer; readonly id: Buffer }>
  /** Documents that a session's transaction wrote: they stand in no index, and hide what the snapshot has under their ids. */
  overlay?(namespace: string): Overlay | undefined
}

export interface Overlay {
  hides(id: Buffer): boolean
  documents(): Iterable<Buffer>
}

/** Where statements write. A statement checks first and writes then, so one that throws leaves nothing behind. */
export interface Work extends View {
  /** The collection, created if it isn't there. */
  ensureCollection(namespace: string): CollectionEntry
  /** Throws a duplicate key error if a document with these values, other than the one with this id, stands in a unique index. */
  checkUnique(entry: CollectionEntry, id: Buffer, document: Doc): void
  /** Writes a document, or removes it where `after` is undefined. */
  write(entry: CollectionEntry, write: DocumentWrite): void
}

export interface DocumentWrite {
  readonly id: Buffer
  readonly operation: PendingChange['operation']
  /** As stored now. */
  readonly before: Buffer | undefined
  readonly after: { readonly bytes: Buffer; readonly document: Doc } | undefined
}
