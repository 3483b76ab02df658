import { ArgumentError } from '../../../errors.js'
import { atom } from '../../../streams/transports/xmpp/codecs/atom-codec.js'
import type { XmppCodec } from '../../../streams/transports/xmpp/codecs/codec.js'
import { jsonEntry } from '../../../streams/transports/xmpp/codecs/json-codecs.js'
import { childOf, textOf } from '../../../streams/transports/xmpp/dom.js'
import type { Payload } from '../../../streams/transports/xmpp/pubsub-requests.js'

/** How items are written: as JSON text in `<entry>`, or as an Atom entry. */
export type PayloadFormat = 'json' | 'atom'

/** An item, as the attributes of a model. */
export type ItemAttributes = Readonly<Record<string, unknown>>

const json = /* @__PURE__ */ jsonEntry<ItemAttributes>({ extended: false })
const xml = /* @__PURE__ */ atom<ItemAttributes>()

/** Throws where the format can't carry the item, see the codecs. */
export function writeEntry(format: PayloadFormat, item: ItemAttributes): Payload {
  return (format === 'atom' ? xml : json).encode(item)
}

/** Throws `ArgumentError` for a format that there isn't. */
export function checkFormat(format: string): PayloadFormat {
  if (format === 'json' || format === 'atom') return format
  throw new ArgumentError(`the payload format is 'json' or 'atom', not ${JSON.stringify(format)}`)
}

/** Reads both formats, whatever a collection writes: an Atom entry has elements, JSON only text. */
export const entryCodec: XmppCodec<ItemAttributes> = {
  encode: (item) => json.encode(item),
  decode: (payload) => (childOf(payload) === undefined && textOf(payload).trim() !== '' ? json : xml).decode(payload),
}
