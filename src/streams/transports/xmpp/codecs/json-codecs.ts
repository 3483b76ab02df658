import { describeCause, ProtocolError, ValidationError } from '../../../../errors.js'
import { decodeItem, encodeItem } from '../../dnode/item-codec.js'
import { isRecord } from '../../dnode/json-shape.js'
import { build } from '../builder.js'
import { maxDepth, textOf } from '../dom.js'
import { ns } from '../namespaces.js'
import type { XmppCodec } from './codec.js'

/**
 * Items as JSON text in `<entry>`. Plain JSON, as others write it, is read and written unaltered; what JSON lacks (dates, binary data, `NaN`) travels as
 * relaxed extended JSON. `encode` throws `ValidationError` for what isn't an object or can't be written, `decode` `ProtocolError` for text that is no JSON
 * object, has a key like `__proto__` or is nested deeper than 100 levels. O(size).
 */
export function jsonEntry<T extends object>(): XmppCodec<T> {
  return jsonIn('entry', ns.atom)
}

/** Items as JSON in the container of XEP-0335, `<json xmlns="urn:xmpp:json:0">`; otherwise like `jsonEntry`. */
export function jsonContainer<T extends object>(): XmppCodec<T> {
  return jsonIn('json', ns.json)
}

/** The text of any element is read, so that nodes with payloads of both kinds can be. */
function jsonIn<T extends object>(name: string, xmlns: string): XmppCodec<T> {
  return {
    encode: (item) => build(name, { xmlns }).t(jsonText(item)),
    decode: (payload) => parseJson(textOf(payload)) as T,
  }
}

function jsonText(item: object): string {
  try {
    // JSON escapes all that XML can't carry but these two.
    if (isRecord(item))
      return JSON.stringify(encodeItem(item, maxDepth)).replace(/[\ufffe\uffff]/g, (it) => (it < '\uffff' ? '\\ufffe' : '\\uffff'))
  } catch (cause) {
    throw new ValidationError(`the item can't be written as JSON: ${describeCause(cause)}`, {}, { cause })
  }
  throw new ValidationError('only an object can be an item')
}

function parseJson(text: string): object {
  let why = 'it is no object'
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) {
      // What couldn't be written isn't read: forbidden keys, and depth.
      encodeItem(value, maxDepth)
      const item = decodeItem(value)
      if (isRecord(item)) return item
    }
  } catch (cause) {
    why = describeCause(cause)
  }
  throw new ProtocolError(`the payload holds no item as JSON: ${why}`)
}
