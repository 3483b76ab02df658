import { ArgumentError, ProtocolError } from '../../../errors.js'
import { type BsonValue, encodeBson } from './bson-value.js'
import { isForbidden, isRecord } from './json-shape.js'
import { encodeBytes } from './wire-bytes.js'

/**
 * Relaxed extended JSON for items and queries (https://github.com/mongodb/specifications, extended-json): `{"$date": …}`,
 * `{"$numberLong": …}`, `{"$binary": …}`, `{"$numberDouble": "NaN"}`; an ObjectId is its hex string. Data that only looks like one
 * of these travels as `{"$literal": …}`. Numbers of BSON within ±2^53 become numbers.
 */

/**
 * `value` as JSON can carry it; the same object where nothing needs it. Throws `ArgumentError` for functions, symbols, the keys
 * `__proto__`, `constructor`, `prototype`, and what is nested deeper than `depth` (or cyclic). O(size).
 */
export function encodeItem(value: unknown, depth = 100): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value
    case 'number':
      return Number.isFinite(value) ? value : { $numberDouble: String(value) }
    case 'bigint':
      return { $numberLong: String(value) }
    case 'object':
      break
    default:
      throw new ArgumentError(`an item can't hold a ${typeof value}`)
  }
  if (value === null) return null
  if (depth < 0) throw new ArgumentError('an item is cyclic or nested too deep')
  if (Array.isArray(value)) return encodeArray(value, depth - 1)
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? encodePlain(value as Plain, depth - 1) : encodeInstance(value, depth - 1)
}

/** What `encodeItem` made, as it was. `value` may be altered. Throws `ProtocolError` for a `$date` that is no date and the like. O(size). */
export function decodeItem(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = decodeItem(value[index])
    return value
  }
  const names = Object.keys(value)
  if (!isWrapper(names)) return decodeFields(value, names)
  const [name] = names as [Wrapper]
  try {
    return revivers[name]((value as Plain)[name])
  } catch (cause) {
    throw new ProtocolError(`extended JSON: ${name} holds something else`, { cause })
  }
}

/** Whether a line may hold something that `decodeItem` would alter; a string search, several times as fast as decoding. */
export function needsDecoding(line: string): boolean {
  return line.includes('"$')
}

type Plain = Record<string, unknown>

type Wrapper = '$literal' | '$date' | '$numberLong' | '$numberDouble' | '$binary'

/** Make of what a wrapper holds what it was; they throw where that can't be. */
const revivers: Readonly<Record<Wrapper, (content: unknown) => unknown>> = {
  $literal: (content) => {
    if (!isRecord(content)) throw new TypeError('no object')
    return decodeFields(content, Object.keys(content))
  },
  $date: (content) => {
    const date = new Date(matching(content, /^/))
    if (Number.isNaN(date.getTime())) throw new RangeError('no date')
    return date
  },
  $numberLong: (content) => BigInt(matching(content, /^-?\d{1,40}$/)),
  $numberDouble: (content) => Number(matching(content, /^(NaN|-?Infinity)$/)),
  $binary: (content) => Uint8Array.from(atob(matching((content as Plain)['base64'], /^/)), (character) => character.charCodeAt(0)),
}

function matching(content: unknown, pattern: RegExp): string {
  if (typeof content === 'string' && pattern.test(content)) return content
  throw new TypeError(`${pattern} fails`)
}

/** Whether a plain object with these keys is a wrapper, or looks like one. */
function isWrapper(names: readonly string[]): boolean {
  return names.length === 1 && Object.hasOwn(revivers, names[0]!)
}

function decodeFields(value: object, names: readonly string[]): object {
  for (const name of names) (value as Plain)[name] = decodeItem((value as Plain)[name])
  return value
}

function encodeArray(array: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined
  for (let index = 0; index < array.length; index++) {
    const encoded = encodeItem(array[index], depth)
    if (encoded !== array[index]) (copy ??= [...array])[index] = encoded
  }
  return copy ?? array
}

function encodePlain(object: Plain, depth: number): unknown {
  let copy: Plain | undefined
  const names = Object.keys(object)
  for (const key of names) {
    if (isForbidden(key)) throw new ArgumentError(`an item can't have the key ${key}`)
    const encoded = encodeItem(object[key], depth)
    if (encoded !== object[key]) (copy ??= { ...object })[key] = encoded
  }
  const result = copy ?? object
  return isWrapper(names) ? { $literal: result } : result
}

function encodeInstance(value: object, depth: number): unknown {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new ArgumentError("an item can't hold an invalid Date")
    return { $date: value.toISOString() }
  }
  if (value instanceof Uint8Array) return encodeBytes(value)
  const { _bsontype: bson, toJSON } = value as { _bsontype?: unknown; toJSON?: unknown }
  if (typeof bson === 'string') return encodeBson(value as BsonValue)
  return typeof toJSON === 'function' ? encodeItem(toJSON.call(value), depth) : encodePlain({ ...value }, depth)
}
