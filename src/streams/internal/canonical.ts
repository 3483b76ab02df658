import { isOperators } from './plain.js'
import { bsonType, isDocument } from './value-order.js'

/** A `Query<T>` of whatever `T`. */
export interface AnyQuery {
  readonly filter?: object
  readonly sort?: object
  readonly skip?: number
  readonly limit?: number
  readonly fields?: readonly string[]
}

/**
 * A text that two queries share if they are the same but for the order in which fields, operators, the operands of `$and`, `$or`, `$nor`,
 * `$in`, `$nin`, `$all` and the names in `fields` are written, or for `{ a: 1 }` written as `{ a: { $eq: 1 } }`. The order of `sort` and of keys within values is kept, as it
 * has a meaning. Meant as a key for sharing; O(size of the query · log).
 *
 * ```ts
 * canonicalQuery({ filter: { b: 2, a: 1 }, limit: 5 }) === canonicalQuery({ limit: 5, filter: { a: 1, b: { $eq: 2 } } }) // true
 * ```
 */
export function canonicalQuery(query: AnyQuery): string {
  const { filter, sort, skip, limit, fields } = query
  const parts: string[] = []
  const add = (name: string, text: string, none: string): unknown => text !== none && parts.push(`"${name}":${text}`)
  if (filter !== undefined) add('filter', filterText(filter), '{}')
  if (sort !== undefined) add('sort', valueText(sort), '{}')
  if (skip !== undefined) add('skip', valueText(skip), '0')
  if (limit !== undefined) add('limit', valueText(limit), '')
  if (fields !== undefined) parts.push(`"fields":${setText(fields, valueText)}`)
  return `{${parts.join()}}`
}

/**
 * A short name for a query: 16 hexadecimal digits of its canonical text. Not a cryptographic hash: a stranger can make two queries that
 * share it, so what is shared between clients goes by `canonicalQuery`.
 */
export function queryHash(query: AnyQuery): string {
  return hash64(canonicalQuery(query))
}

/** What is no filter has a text too: another than any filter, so that it is refused whatever is shared already. */
function filterText(filter: unknown): string {
  if (!isDocument(filter)) return valueText(filter)
  return objectText(filter, (value, key) => (key.startsWith('$') ? setText(value, filterText) : conditionText(value)))
}

function conditionText(condition: unknown): string {
  return isOperators(condition) ? objectText(condition, operatorText) : `{"$eq":${valueText(condition)}}`
}

function operatorText(operand: unknown, name: string): string {
  switch (name) {
    case '$in':
    case '$nin':
      return setText(operand, valueText)
    case '$all':
      return setText(operand, conditionText)
    case '$not':
      return conditionText(operand)
    case '$elemMatch': {
      const asValue = /^\$(?!(and|or|nor)$)/.test(Object.keys(Object(operand) as object)[0] ?? '')
      return asValue ? conditionText(operand) : filterText(operand)
    }
    default:
      return valueText(operand)
  }
}

function objectText(object: object, text: (value: unknown, key: string) => string): string {
  return `{${entryTexts(object, text).sort().join()}}`
}

function entryTexts(object: object, text: (value: unknown, key: string) => string): string[] {
  return Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${text(value, key)}`)
}

function setText(values: unknown, text: (value: unknown) => string): string {
  return Array.isArray(values) ? `[${[...new Set(values.map(text))].sort().join()}]` : valueText(values)
}

/** Like JSON, with marks that are no JSON for the types that it would confuse. */
function valueText(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'undefined' : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(valueText).join()}]`
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (value instanceof RegExp) return `RegExp(${JSON.stringify(String(value))})`
  if (value instanceof Uint8Array) return `Bytes(${[...value].join()})`
  if (isDocument(value)) return `{${entryTexts(value, valueText).join()}}`
  // JSON has no place for the subtype of a Binary and for NaN in a Double.
  return `${bsonType(value)}(${JSON.stringify([value, String(Number(value)), (value as { readonly sub_type?: number }).sub_type])})`
}

/** cyrb53 with both halves kept whole (public domain, bryc). */
function hash64(text: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 2654435761)
    low = Math.imul(low ^ code, 1597334677)
  }
  const mixedHigh = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  const mixedLow = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909)
  return hex(mixedHigh) + hex(mixedLow)
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0')
}
