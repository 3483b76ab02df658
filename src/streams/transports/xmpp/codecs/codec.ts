import type { Payload } from '../pubsub-requests.js'

/** What a server tells of an item beside its payload. */
export interface ItemOrigin {
  readonly id: string
  /** The JID of who published it, where the node exposes it (Prosody: `expose_publisher`, a bare JID; ejabberd: `itemreply: 'publisher'`, a full one). */
  readonly publisher?: string
}

/** Between items and the payloads in which they travel. Both functions may throw: what can't be decoded is reported as a bad item. */
export interface XmppCodec<T extends object> {
  /** The payload for `item`, an element or a builder of strophe's. */
  encode(item: T): Payload
  /** The item in `payload`: a plain, new object. */
  decode(payload: Element, origin?: ItemOrigin): T
}
