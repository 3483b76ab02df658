import type { RsmResult } from '../../../streams/transports/xmpp/rsm.js'
import type { SetOptions } from '../../internals.js'

/** Which items to get. */
export interface ItemsOptions {
  /** The newest so many. */
  readonly max_items?: number | undefined
  /** A page (XEP-0059): after or before the `last` or `first` of another; `before: ''` is the last page. */
  readonly rsm?:
    { readonly max?: number | undefined; readonly after?: string | undefined; readonly before?: string | undefined } | undefined
  readonly item_ids?: readonly string[] | undefined
}

/** Options of an operation of a model or a collection, beside those of Backbone's `set`; which items are for `fetch`. */
export interface PubSubSyncOptions extends SetOptions, ItemsOptions {
  wait?: boolean | undefined
  reset?: boolean | undefined
  success?: ((response: unknown, rsm?: RsmResult) => void) | undefined
  error?: ((error: unknown) => void) | undefined
}

/** The configuration of a node, by the names of XEP-0060 with or without `pubsub#`. */
export type NodeOptions = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** A subscription, in the words of XEP-0060. */
export interface NodeSubscription {
  readonly node: string | undefined
  readonly jid: string
  readonly subid: string | undefined
  readonly subscription: string
}
