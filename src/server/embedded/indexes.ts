import type { IndexEntry } from './catalog.js'
import type { Doc } from './codec.js'
import { compilePredicate, type Predicate } from './predicate.js'
import { encodeKey, invertKey } from './key-codec.js'
import { serverError } from './server-errors.js'

/** The codes of a document in one index: without the index's id in front and the document's id behind. */
export interface IndexCodes {
  readonly codes: readonly Buffer[]
  readonly multikey: boolean
  readonly cut: boolean
}

/** LMDB's keys have at most 1,978 bytes: 4 for the index's id, up to 900 for the document's, the rest for the values. */
export const MAX_ID_BYTES = 900
const MAX_CODE_BYTES = 1000
/** Of one document in one index, where several arrays are indexed together. */
const MAX_ENTRIES = 10_000

const LAST = Buffer.alloc(16, 0xff)
const NOTHING: IndexCodes = { codes: [], multikey: false, cut: false }
const filters = new WeakMap<IndexEntry, Predicate>()

/** Entries that a document has in an index: one, one for each element where an array lies on the path, none where a sparse or partial index leaves it out. */
export function codesOf(index: IndexEntry, document: Doc): IndexCodes {
  if (!isOrdered(index) || !covers(index, document)) return NOTHING
  const paths = Object.keys(index.key)
  let multikey = false
  let rows: Buffer[][] = [[]]
  let present = false
  for (const path of paths) {
    const found = valuesAt(document, path)
    multikey ||= found.array
    present ||= found.values.some((value) => value !== undefined)
    const descending = Number(index.key[path]) < 0
    const codes = found.values.map((value) => (descending ? invertKey(encodeKey(value)) : encodeKey(value)))
    // Every element of one array with every element of another has no bound; MongoDB refuses parallel arrays altogether.
    if (rows.length > 1 && rows.length * codes.length > MAX_ENTRIES)
      throw serverError(
        171,
        'CannotIndexParallelArrays',
        `cannot index parallel arrays: ${paths.join(', ')} have too many elements together`,
      )
    rows = codes.length === 1 ? rows.map((row) => [...row, codes[0]!]) : rows.flatMap((row) => codes.map((code) => [...row, code]))
  }
  if (index.options.sparse === true && !present) return NOTHING
  let cut = false
  const codes = rows.map((row) => {
    const code = row.length === 1 ? row[0]! : Buffer.concat(row)
    cut ||= code.length > MAX_CODE_BYTES
    return cutCode(code)
  })
  return { codes: codes.length === 1 ? codes : unique(codes), multikey, cut }
}

/** A code as it is stored: too long ones are cut. */
export function cutCode(code: Buffer): Buffer {
  return code.length > MAX_CODE_BYTES ? code.subarray(0, MAX_CODE_BYTES) : code
}

/** The key of an index entry. */
export function entryKey(index: IndexEntry, code: Buffer, id: Buffer): Buffer {
  const key = Buffer.allocUnsafe(4 + code.length + id.length)
  key.writeUInt32BE(index.id)
  code.copy(key, 4)
  id.copy(key, 4 + code.length)
  return key
}

/** Bounds of all entries of an index whose code begins with a code of at least `low` and at most `high`. */
export function entryRange(index: IndexEntry, low: Buffer, high: Buffer): { start: Buffer; end: Buffer } {
  const start = Buffer.allocUnsafe(4 + low.length)
  start.writeUInt32BE(index.id)
  low.copy(start, 4)
  return { start, end: behind(start.subarray(0, 4), high) }
}

/** A key behind all that begin with `first` and `high`: no code has sixteen bytes of 0xff in a row at its beginning. */
export function behind(first: Buffer, high: Buffer): Buffer {
  return Buffer.concat([first, high, LAST])
}

/** Text, hashed and geo indexes are remembered but hold no entries. */
export function isOrdered(index: IndexEntry): boolean {
  return Object.values(index.key).every((kind) => Number(kind) === 1 || Number(kind) === -1)
}

/** Leaves out nothing, so that a lookup or a sort by it sees every document. */
export function isComplete(index: IndexEntry): boolean {
  return index.options.sparse !== true && index.options.partialFilterExpression === undefined
}

/** What the index says about a document, for the message about a duplicate. */
export function keyValueOf(index: IndexEntry, document: Doc): Doc {
  const keyValue: Doc = {}
  for (const path of Object.keys(index.key)) keyValue[path] = valuesAt(document, path).values[0] ?? null
  return keyValue
}

function covers(index: IndexEntry, document: Doc): boolean {
  const expression = index.options.partialFilterExpression
  if (expression === undefined) return true
  let filter = filters.get(index)
  if (filter === undefined) filters.set(index, (filter = compilePredicate(expression)))
  return filter(document)
}

/** The values at a dotted path; arrays on the way and at its end are opened, an empty one stands as undefined. */
export function valuesAt(document: Doc, path: string): { values: unknown[]; array: boolean } {
  if (!path.includes('.')) {
    const value = document[path]
    return Array.isArray(value) ? { values: value.length === 0 ? [undefined] : value, array: true } : { values: [value], array: false }
  }
  const values: unknown[] = []
  const array = collect(document, path.split('.'), 0, values)
  return { values, array }
}

function collect(value: unknown, parts: readonly string[], at: number, values: unknown[]): boolean {
  if (at === parts.length) {
    if (!Array.isArray(value)) return values.push(value) < 0
    values.push(...(value.length === 0 ? [undefined] : (value as unknown[])))
    return true
  }
  if (Array.isArray(value)) {
    const part = parts[at]!
    if (/^\d+$/.test(part)) collect(value[Number(part)], parts, at + 1, values)
    else if (value.length === 0) values.push(undefined)
    else for (const element of value) collect(Array.isArray(element) ? undefined : element, parts, at, values)
    return true
  }
  if (typeof value !== 'object' || value === null) return values.push(undefined) < 0
  return collect((value as Doc)[parts[at]!], parts, at + 1, values)
}

function unique(codes: readonly Buffer[]): Buffer[] {
  const seen = new Map(codes.map((code) => [code.toString('latin1'), code]))
  return [...seen.values()]
}
