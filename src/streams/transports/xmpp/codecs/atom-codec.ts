import { build, type Builder } from '../builder.js'
import { ProtocolError, ValidationError } from '../../../../errors.js'
import { isForbidden } from '../../dnode/json-shape.js'
import { childrenOf, maxDepth, textOf } from '../dom.js'
import { ns } from '../namespaces.js'
import { isXmlName, xmlText } from '../xml-text.js'
import type { XmppCodec } from './codec.js'

/**
 * Items as Atom entries (XEP-0277): an element for each key, objects nested, an element for each value of an array; dates as ISO text in whole seconds;
 * `updated` is filled in where it is missing. XML knows no types, so what comes back is a guess: text that is a number as JSON writes them, and that a
 * number holds exactly, becomes one; `true` and `false` become booleans; the rest, dates too, stays text; an element that repeats becomes an array.
 * Hence arrays of one value come back as the value, and what is `null`, `undefined` or an empty array or object does not come back as it was. Attributes are
 * not read. `encode` throws `ValidationError` for keys that are no XML names, arrays in arrays, and text or values that XML can't carry; `decode` `ProtocolError` for
 * what is no `<entry>` or has a key like `__proto__`. O(size).
 */
export function atom<T extends object>(): XmppCodec<T> {
  return {
    encode(item) {
      const entry = build('entry', { xmlns: ns.atom })
      append(entry, { ...item, updated: (item as { updated?: unknown }).updated ?? new Date() }, 1)
      return entry
    },
    decode(payload) {
      if (payload.localName !== 'entry') throw new ProtocolError(`the payload is <${payload.localName}>, not an Atom <entry>`)
      return fieldsOf(childrenOf(payload), 1) as T
    },
  }
}

type Fields = Record<string, unknown>

function append(builder: Builder, fields: object, depth: number): void {
  for (const [key, value] of Object.entries(fields)) {
    if (!isXmlName(key) || isForbidden(key)) throw refused(key, 'this key is no XML name')
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) appendValue(builder, key, each, depth)
  }
}

function appendValue(builder: Builder, key: string, value: unknown, depth: number): void {
  if (value === undefined || value === null) return
  if (typeof value !== 'object' || value instanceof Date) {
    builder.c(key, {}, scalarText(key, value))
    return
  }
  if (Array.isArray(value) || depth === maxDepth) throw refused(key, 'it is an array in an array, or nested too deep')
  append(builder.c(key), value, depth + 1)
  builder.up()
}

function scalarText(key: string, value: unknown): string {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refused(key, 'it is an invalid date')
    return value.toISOString().replace(/\.\d+/, '')
  }
  if (typeof value === 'function' || typeof value === 'symbol') throw refused(key, `it is a ${typeof value}`)
  return xmlText(key, String(value))
}

function refused(key: string, why: string): ValidationError {
  return new ValidationError(`the item can't be written as Atom: ${JSON.stringify(key)}: ${why}`, { [key]: why })
}

function fieldsOf(children: readonly Element[], depth: number): Fields {
  const fields: Fields = {}
  for (const child of children) {
    const key = child.localName
    if (isForbidden(key) || depth > maxDepth)
      throw new ProtocolError(`the Atom entry can't have the element <${key}>, or is nested too deep`)
    const inner = childrenOf(child)
    const value = inner.length > 0 ? fieldsOf(inner, depth + 1) : valueOf(textOf(child))
    const before = fields[key]
    if (!Object.hasOwn(fields, key)) fields[key] = value
    else if (Array.isArray(before)) before.push(value)
    else fields[key] = [before, value]
  }
  return fields
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  if (!/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return text
  const number = Number(text)
  const isExact = Number.isInteger(number) ? Number.isSafeInteger(number) || String(number) === text : Number.isFinite(number)
  return isExact ? number : text
}
