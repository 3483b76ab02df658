import type { XmppCodec } from '../../../../src/streams/transports/xmpp/codecs/codec.js'
import { serialize } from '../../../../src/streams/transports/xmpp/builder.js'
import { parseItems } from '../../../../src/streams/transports/xmpp/pubsub-results.js'
import { type Payload, publishRequest } from '../../../../src/streams/transports/xmpp/pubsub-requests.js'
import { parseXml } from './parse-xml.js'

/** The payload as it arrives elsewhere after `codec` has written `item`: published, serialised, sent back among the items of a node, parsed. */
export function sent<T extends object>(codec: XmppCodec<T>, item: T): Element {
  const xml = String(publishRequest('p', 'n', 'i', codec.encode(item))).replace(/<(\/?)publish\b/g, '<$1items')
  return parseItems(parseXml(xml)).items[0]!.payload!
}

/** A payload as text. */
export function xmlOf(payload: Payload): string {
  return serialize('tree' in payload ? payload.tree() : payload)
}
