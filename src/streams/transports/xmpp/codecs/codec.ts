import type { Payload } from '../pubsub-requests.js'

/** Between items and the payloads in which they travel. Both functions may throw: what can't be decoded is reported as a bad item. */
export interface XmppCodec<T extends object> {
  /** The payload for `item`, an element or a builder of strophe's. */
  encode(item: T): Payload
  /** The item in `payload`: a plain, new object. */
  decode(payload: Element): T
}
