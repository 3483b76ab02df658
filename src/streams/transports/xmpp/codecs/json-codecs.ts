import { ArgumentError, describeCause, ProtocolError } from '../../../../errors.js'
import { decodeItem, encodeItem, needsDecoding } from '../../dnode/item-codec.js'
import { isRecord } from '../../dnode/json-shape.js'
import { build } from '../builder.js'
import { maxDepth, textOf } from '../dom.js'
import { ns } from '../namespaces.js'
import type { XmppCodec } from './codec.js'

export interface JsonCodecOptions {
  /** Write and read what JSON lacks (dates, binary data, `NaN`) as relaxed extended JSON. Without, dates become text for good. Default `true`. */
  readonly extended?: boolean
}

/**
 * Items as JSON text in `<entry>`. JSON as others write it is read, and what JSON can express is written so that others can read it.
 * `encode` throws `ArgumentError` for what isn't an object or can't be written, `decode` `ProtocolError` for text that is no JSON
 * object, has a key like `__proto__` or is nested deeper than 100 levels. O(size).
 */
export function jsonEntry<T extends object>(options?: JsonCodecOptions): XmppCodec<T> {
  return jsonIn('entry', ns.atom, options)
}

/** Items as JSON in the container of XEP-0335, `<json xmlns="urn:xmpp:json:0">`; otherwise like `jsonEntry`. */
export function jsonContainer<T extends object>(options?: JsonCodecOptions): XmppCodec<T> {
  return jsonIn('json', ns.json, options)
}

/** The text of any element is read, so that nodes with payloads of both kinds can be. */
function jsonIn<T extends object>(name: string, xmlns: string, { extended = true }: JsonCodecOptions = {}): XmppCodec<T> {
  return {
    encode: (item) => build(name, { xmlns }).t(jsonText(item, extended)),
    decode: (payload) => parseJson(textOf(payload), extended) as T,
  }
}

/** What XML can't carry (JSON escapes the rest of it), and what xmldom reads as a line feed. */
const fragile = /[\u0085\u2028\u2029\ufffe\uffff]/g

function jsonText(item: object, extended: boolean): string {
  try {
    const encoded = encodeItem(item, maxDepth)
    const text = isRecord(encoded) && JSON.stringify(extended ? encoded : item)
    if (text) return text.replace(fragile, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
  } catch (cause) {
    throw cause instanceof ArgumentError
      ? cause
      : new ArgumentError(`the item can't be written as JSON: ${describeCause(cause)}`, { cause })
  }
  throw new ArgumentError('only an object can be an item')
}

/** Text in which there may be a forbidden key, perhaps written with escapes, or more than `maxDepth` levels: only this is looked through. */
const suspect = /^[^[{]*(?:[[{][^[{]*){101}|"(?:__proto__|constructor|prototype)"|\\u/

function parseJson(text: string, extended: boolean): object {
  let why = 'it is no object'
  try {
    const value: unknown = JSON.parse(text)
    // What couldn't be written isn't read.
    if (suspect.test(text)) encodeItem(value, maxDepth)
    const item = extended && needsDecoding(text) ? decodeItem(value) : value
    // No date either, which extended JSON may hold.
    if (isRecord(item) && Object.getPrototypeOf(item) === Object.prototype) return item
  } catch (cause) {
    why = describeCause(cause)
  }
  throw new ProtocolError(`the payload holds no item as JSON: ${why}`)
}
