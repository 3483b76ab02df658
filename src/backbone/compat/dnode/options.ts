import type { SyncOptions } from '../../sync.js'
import type { Syncable } from './syncable.js'

/** How a list is ordered and cut: the options of a Mongoose query. */
export interface Sorting {
  /** As Mongoose takes it: `[['created', -1]]`, `{ created: -1 }` or `'-created'`. */
  readonly sort?: readonly (readonly [field: string, direction: SortDirection])[] | Readonly<Record<string, SortDirection>> | string
  readonly limit?: number
  readonly skip?: number
  readonly [custom: string]: unknown
}

/** Ascending or descending, in the words of Mongoose. */
export type SortDirection = 1 | -1 | 'asc' | 'desc' | 'ascending' | 'descending'

/** What an operation of a model or a collection takes beside Backbone's own options. */
export interface CrudOptions extends SyncOptions {
  /** The name of the Mongoose model; default: the `type` of the model or its collection. */
  type?: string | undefined
  /** The channel; default: the `url` of the collection, or of a model without one. */
  url?: string | undefined
  /** Of `fetch`: which documents, in the words of MongoDB. */
  query?: Readonly<Record<string, unknown>> | undefined
  /** Of `fetch`: which of their fields, as Mongoose takes them. */
  fields?: string | readonly string[] | Readonly<Record<string, unknown>> | undefined
  /** Of `fetch`: in which order, and how many. */
  sorting?: Sorting | undefined
  /** Called at the end, instead of the event `success`. */
  finished?: ((subject: never, response: unknown, options: CrudOptions) => void) | undefined
}

/** What `subscribe` and `unsubscribe` take. */
export interface SubscribeOptions {
  /** The channel; default: the `url` of the model or the collection. */
  readonly url?: string | undefined
  /** Called with what the server has against it. */
  readonly error?: ((error: unknown) => void) | undefined
  readonly [custom: string]: unknown
}

/** Called when the server has answered, with the number of clients online. */
export type Subscribed = (count: number | undefined) => void

/** Models and collections that hear what others do. */
export interface CanSubscribe {
  /**
   * Follows what is published under the URL, also over later connections, until `unsubscribe`: models are added, set and removed as the server
   * tells. Triggers `subscribe` and `unsubscribe` with the number of clients whenever it changes.
   */
  subscribe(options?: SubscribeOptions | Subscribed | null, fn?: Subscribed): this
  unsubscribe(options?: SubscribeOptions | Subscribed | null, fn?: Subscribed): this
}

/** What Backbone calls to reach the server. */
export type CrudSync = (method: string, subject: Syncable, options?: CrudOptions) => Promise<unknown>
