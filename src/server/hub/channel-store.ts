import type { Cursor } from '../../streams/cursor.js'
import type { Feed, Key } from '../../streams/event.js'
import type { Page, PageRange } from '../../streams/node.js'
import type { Filter, Query } from '../../streams/query.js'

/** An item as channels carry it. */
export type Item = Readonly<Record<string, unknown>>

/** One write of a client; `write` is the id by which its repetition is known. */
export type Write =
  | { readonly type: 'publish'; readonly write: string; readonly id: Key | undefined; readonly item: Item; readonly create: boolean }
  | { readonly type: 'patch'; readonly write: string; readonly id: Key; readonly set: Item; readonly unset: readonly string[] }
  | { readonly type: 'retract'; readonly write: string; readonly id: Key }

/** Throws what forbids a write; asked inside of the write's transaction. */
export interface WriteGuard {
  /** The top-level fields that the client may write. */
  isWritable(field: string): boolean
  /** To be asked first: to who may not see an item it isn't there, whatever else is wrong. */
  see(item: Item): void
  create(item: Item): void
  patch(before: Item, after: Item): void
  retract(before: Item): void
}

/** What stands behind a channel: a model, a `Source`, or any feed. */
export interface ChannelStore {
  /** Live items; `fields` is the caller's to apply. */
  feed(query: Pick<Query<Item>, 'filter' | 'sort' | 'skip' | 'limit'>, maxRows: number): Feed<Item>
  /** The position that its feeds have reached. */
  cursor(): Cursor
  /**
   * The keys of what changed after `cursor` and matches `filter` now or did before; `undefined` if that is no longer known, or more than
   * `limit` changed. No others: an id alone may tell too much.
   */
  touchedSince(
    cursor: Cursor,
    limit: number,
    filter: Filter<Item> | undefined,
  ): readonly Key[] | undefined | Promise<readonly Key[] | undefined>
  get(id: Key): Promise<Item | undefined>
  /** At most `range.max` items in the order of their keys. */
  page(filter: Filter<Item>, range: PageRange & { readonly max: number }): Promise<Page<Item>>
  /** Carries out a write, once even if it is repeated, and resolves when the feeds have it. */
  write(write: Write, guard: WriteGuard): Promise<Key>
}
