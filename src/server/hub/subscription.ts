import type { Cursor } from '../../streams/cursor.js'
import type { Key } from '../../streams/event.js'
import type { SharedQuery } from './shared-query.js'

/** What a client has of an earlier connection. */
export interface KnownState {
  readonly cursor: Cursor
  readonly queryHash: string
}

/** One subscription of one connection, under the number that the client gave it. */
export interface Subscription {
  readonly sid: number
  readonly channel: string
  /** The query as the client sent it, to be judged again when the user's rights may have changed. */
  readonly input: unknown
  query: SharedQuery
  /** What the client has, until it has been brought up to date. */
  known: KnownState | undefined
  /** It has had its snapshot, and gets what follows. */
  begun: boolean
}

/** What a slow connection has missed of one query: the keys touched, never more than some, or everything. */
export type Missed = Set<Key> | 'all'
