import { BSON_CLASSES, BSON_PARTS, bsonType, exactOf } from './bson.js'

export { bsonType } from './bson.js'

/**
 * BSON's types under the names that `$type` has for them, in the order of their codes from 1 to 19 (least and greatest: -1 and 127), and where each stands in MongoDB's order of
 * types (manual, "Comparison/Sort Order"), by the numbers that the server itself uses. Values of different rank never compare by value.
 */
export const RANK = {
  double: 10,
  string: 15,
  object: 20,
  array: 25,
  binData: 30,
  undefined: 0,
  objectId: 35,
  bool: 40,
  date: 45,
  null: 5,
  regex: 50,
  dbPointer: 20,
  javascript: 20,
  symbol: 15,
  javascriptWithScope: 20,
  int: 10,
  timestamp: 47,
  long: 10,
  decimal: 10,
  minKey: -1,
  maxKey: 127,
  /** Not a type of its own: all of those that are numbers. */
  number: 10,
} as const

export type TypeName = keyof typeof RANK

/** The types of JavaScript's scalars by `typeof`, and of the BSON classes by name. Classes that aren't here (`DBRef`, `Code`) count as documents. */
const TYPES: Readonly<Record<string, TypeName>> = {
  string: 'string',
  boolean: 'bool',
  bigint: 'long',
  ...BSON_CLASSES,
}

/**
 * The type that MongoDB's driver would store a value with: a plain number as an int if it is one of 32 bits, else as a double.
 * Nothing, functions and symbols are not stored.
 */
export function typeOf(value: unknown): TypeName | 'missing' {
  if (typeof value === 'number') return Object.is(value | 0, value) ? 'int' : 'double'
  if (typeof value !== 'object') return TYPES[typeof value] ?? 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  if (value instanceof RegExp) return 'regex'
  const type = bsonType(value)
  return (type === undefined ? type : TYPES[type]) ?? (value instanceof Uint8Array ? 'binData' : 'object')
}

/** Where a value stands in the order of types: first the least key, then what is missing. */
export function rankOf(value: unknown): number {
  return (RANK as Partial<Record<string, number>>)[typeOf(value)] ?? 0
}

/** Tells the most common documents at once; a value need not be known to be an object. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (value as object | null | undefined)?.constructor === Object
}

/** True for what has fields of its own: not for arrays, dates, BSON values. */
export function isDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return isPlain(value) || typeOf(value) === 'object'
}

/** Nothing there: what `null` in a filter matches, apart from `null` itself. */
export function isMissing(value: unknown): boolean {
  return rankOf(value) === 0
}

/**
 * A number of whatever class, a date, a boolean or a timestamp as a number, or as a bigint where no number is exact, so that equal values are `===`
 * (but NaN). Decimal128 is rounded to the nearest number.
 */
export function numberOf(value: unknown): number | bigint {
  const exact = exactOf(value)
  const near = Number(exact)
  return typeof exact === 'bigint' && (near < exact || near > exact) ? exact : near
}

/** By rank, the parts that values compare by, one after the other; of the other ranks, the number that they are. */
const PARTS: Readonly<Record<number, (value: never) => ArrayLike<unknown>>> = {
  [RANK.object]: (document: object) =>
    Object.entries(document).flatMap(([key, value]) => (isMissing(value) ? [] : [rankOf(value), key, value as unknown])),
  [RANK.array]: (array: readonly unknown[]) => array,
  // A bare byte array is a Binary of subtype 0.
  [RANK.binData]: (bytes: Uint8Array) => [bytes.length, 0, ...bytes],
  ...BSON_PARTS,
}

/** Compares two values of one rank. NaN is the least number and equals itself. */
export function compareSameRank(a: unknown, b: unknown, rank: number): number {
  if (rank <= RANK.null) return 0
  if (rank === RANK.string) return compareScalars(a as string, b as string)
  const parts = PARTS[rank]
  return !parts ? compareScalars(numberOf(a), numberOf(b)) : compareArrays(parts(a as never), parts(b as never))
}

/**
 * MongoDB's total order over values: by type first (missing, null, numbers, strings, objects, arrays, binary, ObjectId, booleans, dates,
 * timestamps, regular expressions), then by value. `0` means equal as a filter's `$eq` sees it: the key order of objects counts,
 * `5` equals `Long(5)`. O(size of the smaller value).
 *
 * Strings compare by UTF-16 code unit. MongoDB compares UTF-8, which differs only between characters beyond U+FFFF and those of
 * U+E000–U+FFFF.
 */
export function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0
  const rank = rankOf(a)
  return rank - rankOf(b) || compareSameRank(a, b, rank)
}

/** NaN is the least number and equals itself. */
export function compareScalars<V extends string | number | bigint | Date>(a: V, b: V): number {
  return a < b ? -1 : a > b ? 1 : Number(b !== b) - Number(a !== a)
}

function compareArrays(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const result = compareValues(a[i] ?? null, b[i] ?? null)
    if (result !== 0) return result
  }
  return a.length - b.length
}
