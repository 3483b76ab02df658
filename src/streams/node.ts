import type { Observable } from 'rxjs'
import type { RachisError } from '../errors.js'
import type { Cursor } from './cursor.js'
import type { Feed, Key } from './event.js'
import type { Query } from './query.js'

/** What carries nodes: memory, XMPP, DNode over WebSocket or TCP. */
export interface Transport {
  /** The state of the connection: the present one at once, then every change. */
  readonly status$: Observable<TransportStatus>
  /** The node of that name; the same object for the same name. Nothing is sent until it is used. */
  node<T extends object>(name: string, options?: NodeOptions): FeedNode<T>
  /** Ends everything: feeds complete, pending writes reject, sockets and timers are released. Idempotent. */
  close(): Promise<void>
}

/** How a node is read. */
export interface NodeOptions {
  /** Send minimal differences after an outage instead of reset and snapshot. Default `true`. */
  readonly diff?: boolean
}

/** A named collection that has feeds and accepts writes. */
export interface FeedNode<T extends object> {
  readonly name: string
  /** One upstream subscription per (node, query), ref-counted. With `known`, resumes from there and starts without `reset` if the server can. */
  feed(query?: Query<T>, options?: { readonly known?: Known<T> }): Feed<T>
  /** Creates or replaces; with `create` only creates (`ConflictError` if the id is taken). Resolves to the key once the local feed has it. */
  publish(item: T, options?: { readonly id?: Key; readonly create?: boolean }): Promise<Key>
  /** Sets and unsets top-level fields of an existing item (`MissingError` if there is none). */
  patch(id: Key, set: Partial<T>, options?: { readonly unset?: readonly string[] }): Promise<void>
  /** Removes an existing item (`MissingError` if there is none). */
  retract(id: Key): Promise<void>
  get(id: Key): Promise<T | undefined>
  page(range?: PageRange): Promise<Page<T>>
}

/** Which part of a node's items, in the order of their keys unless the transport declares another. */
export interface PageRange {
  readonly max?: number
  readonly after?: string
  readonly before?: string
}

/** A part of a node's items; `last` is what the next page's `after` takes. */
export interface Page<T> {
  readonly items: readonly (readonly [id: Key, item: T])[]
  readonly first?: string
  readonly last?: string
  readonly count?: number
}

/** What a subscriber already has, to resume from. Plain JSON but for the items. */
export interface Known<T> {
  readonly cursor: Cursor
  readonly queryHash: string
  readonly items: Iterable<readonly [id: Key, item: T]>
}

/** The state of a connection, to be shown to a person. */
export type TransportStatus =
  | { readonly state: 'connecting'; readonly attempt: number }
  | { readonly state: 'online'; readonly since: Date }
  | { readonly state: 'offline'; readonly reason: string; readonly attempt: number; readonly retryAt: Date | undefined }
  | { readonly state: 'denied'; readonly error: RachisError }
  | { readonly state: 'closed' }
