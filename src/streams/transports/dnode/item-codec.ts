import { ArgumentError, ProtocolError } from '../../../errors.js'
import { isRecord } from './json-shape.js'

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
    for (let index = 0; index < value.length; index++) {
      const inner: unknown = value[index]
      if (typeof inner === 'object' && inner !== null) value[index] = decodeItem(inner)
    }
    return value
  }
  const name = wrapperOf(value)
  if (name === '$literal') return decodeFields((value as { $literal: unknown }).$literal)
  return name === undefined ? decodeFields(value) : revive(name, (value as Plain)[name])
}

/** Whether a line may hold something that `decodeItem` would alter; a string search, several times as fast as decoding. */
export function needsDecoding(line: string): boolean {
  return line.includes('"$')
}

type Plain = Record<string, unknown>

const wrappers = ['$date', '$numberLong', '$numberDouble', '$binary', '$literal'] as const
type Wrapper = (typeof wrappers)[number]

/** Which wrapper a plain object is, by its only key. */
function wrapperOf(value: object): Wrapper | undefined {
  let only: string | undefined
  for (const key in value) {
    if (only !== undefined || key.charCodeAt(0) !== 36) return undefined
    only = key
  }
  return only === undefined ? undefined : wrappers.find((name) => name === only)
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
  for (const key of Object.keys(object)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') throw new ArgumentError(`an item can't have the key ${key}`)
    const encoded = encodeItem(object[key], depth)
    if (encoded !== object[key]) (copy ??= { ...object })[key] = encoded
  }
  const result = copy ?? object
  return wrapperOf(object) === undefined ? result : { $literal: result }
}

function encodeInstance(value: object, depth: number): unknown {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new ArgumentError("an item can't hold an invalid Date")
    return { $date: value.toISOString() }
  }
  if (value instanceof Uint8Array) return { $binary: { base64: toBase64(value), subType: '00' } }
  const { _bsontype: bson } = value as { _bsontype?: unknown }
  if (typeof bson === 'string') return encodeBson(value, bson)
  const { toJSON } = value as { toJSON?: unknown }
  if (typeof toJSON === 'function') return encodeItem((toJSON as () => unknown).call(value), depth)
  return encodePlain({ ...value }, depth)
}

/** Values of the bson package, told by their tag: this code must not need the package. */
function encodeBson(value: { toString(): string }, type: string): unknown {
  switch (type) {
    case 'Long': {
      const exact = BigInt(String(value))
      return exact >= Number.MIN_SAFE_INTEGER && exact <= Number.MAX_SAFE_INTEGER ? Number(exact) : { $numberLong: String(exact) }
    }
    case 'Int32':
    case 'Double':
      return encodeItem(Number(value))
    case 'Binary': {
      const { buffer, position, sub_type: subType } = value as { buffer: Uint8Array; position: number; sub_type: number }
      return { $binary: { base64: toBase64(buffer.subarray(0, position)), subType: subType.toString(16).padStart(2, '0') } }
    }
    default:
      // ObjectId, UUID, Decimal128, Timestamp and the like: their text.
      return String(value)
  }
}

function decodeFields(value: unknown): unknown {
  if (!isRecord(value)) throw new ProtocolError('extended JSON: $literal holds no object')
  for (const key of Object.keys(value)) {
    const inner = value[key]
    if (typeof inner === 'object' && inner !== null) value[key] = decodeItem(inner)
  }
  return value
}

function revive(name: Exclude<Wrapper, '$literal'>, content: unknown): unknown {
  switch (name) {
    case '$date': {
      const date = new Date(typeof content === 'string' ? content : NaN)
      if (!Number.isNaN(date.getTime())) return date
      break
    }
    case '$numberLong':
      if (typeof content === 'string' && /^-?\d{1,40}$/.test(content)) return BigInt(content)
      break
    case '$numberDouble':
      if (typeof content === 'string' && /^(NaN|-?Infinity)$/.test(content)) return Number(content)
      break
    case '$binary': {
      const base64 = isRecord(content) ? content['base64'] : undefined
      const bytes = typeof base64 === 'string' ? fromBase64(base64) : undefined
      if (bytes !== undefined) return bytes
      break
    }
  }
  throw new ProtocolError(`extended JSON: ${name} holds something else`)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192))
  return btoa(text)
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
