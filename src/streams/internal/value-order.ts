/**
 * MongoDB's order of types (manual, "Comparison/Sort Order"), by the numbers that the server itself uses.
 * Two values of different rank never compare by value.
 */
export const RANK = {
  missing: 0,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  boolean: 40,
  date: 45,
  timestamp: 47,
  regExp: 50,
} as const

/** What `$type` calls the types, in the order of their BSON codes from 1 on; the last two stand out of line. */
export const TYPE_NAMES: readonly string[] =
  'double string object array binData undefined objectId bool date null regex dbPointer javascript symbol javascriptWithScope int timestamp long decimal minKey maxKey'.split(
    ' ',
  )

/** Rank by BSON code. */
const RANKS: readonly number[] = [0, 10, 15, 20, 25, 30, 0, 35, 40, 45, 5, 50, 20, 20, 15, 20, 10, 47, 10, 10, -1, 127]

const BSON_CODES: Readonly<Record<string, number>> = {
  Double: 1,
  Binary: 5,
  ObjectId: 7,
  ObjectID: 7,
  BSONRegExp: 11,
  Int32: 16,
  Timestamp: 17,
  Long: 18,
  Decimal128: 19,
  MinKey: 20,
  MaxKey: 21,
}

/** The parts of the BSON classes that are read here, whichever version of `bson` made them. */
interface BsonLike {
  readonly id: Uint8Array
  readonly value: unknown
  readonly buffer: Uint8Array
  readonly position: number
  readonly sub_type?: number
  readonly pattern?: string
  readonly options?: string
  readonly source?: string
  readonly flags?: string
  toBigInt(): bigint
  toString(): string
}

/** Name of the BSON class of an object, or `undefined`. An own `_bsontype` is data that somebody sent, not a class. */
export function bsonType(value: object): string | undefined {
  const type = (value as { _bsontype?: unknown })._bsontype
  return typeof type === 'string' && !Object.hasOwn(value, '_bsontype') ? type : undefined
}

/** Where a value stands in the order of types. Functions and symbols count as missing. */
export function rankOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return RANK.number
    case 'string':
      return RANK.string
    case 'boolean':
      return RANK.boolean
    case 'object': {
      if (value === null) return RANK.null
      if (Array.isArray(value)) return RANK.array
      if (value instanceof Date) return RANK.date
      const code = BSON_CODES[bsonType(value) ?? '']
      if (code !== undefined) return RANKS[code]!
      return value instanceof RegExp ? RANK.regExp : value instanceof Uint8Array ? RANK.binary : RANK.object
    }
    default:
      return RANK.missing
  }
}

/** The BSON code that MongoDB's driver would store a value with: a plain number as an int if it is one of 32 bits, else as a double. */
export function codeOf(value: unknown): number {
  if (typeof value === 'number') return (value | 0) === value && !Object.is(value, -0) ? 16 : 1
  if (typeof value === 'bigint') return 18
  const rank = rankOf(value)
  return (rank > RANK.null && typeof value === 'object' && BSON_CODES[bsonType(value!) ?? '']) || RANKS.indexOf(rank)
}

/** True for what has fields of its own: not for arrays, dates, BSON values. */
export function isDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  return Object.getPrototypeOf(value) === Object.prototype || rankOf(value) === RANK.object
}

/** Nothing there: what `null` in a filter matches, apart from `null` itself. */
export function isMissing(value: unknown): boolean {
  return rankOf(value) === RANK.missing
}

/**
 * A value of rank number as a number, or as a bigint where no number is exact, so that equal values are `===` (but NaN).
 * Decimal128 is rounded to the nearest number.
 */
export function numberOf(value: unknown): number | bigint {
  if (typeof value === 'number') return value
  if (typeof value === 'object') {
    const type = bsonType(value as object)
    if (type !== 'Long') return Number(type === 'Decimal128' ? (value as BsonLike).toString() : (value as BsonLike).value)
    value = (value as BsonLike).toBigInt()
  }
  const exact = value as bigint
  const near = Number(exact)
  return near < exact || near > exact ? exact : near
}

/** Compares two values of one rank. NaN is the least number and equals itself. */
export function compareSameRank(a: unknown, b: unknown, rank: number): number {
  if (a === b) return 0
  switch (rank) {
    case RANK.number:
      return order(numberOf(a), numberOf(b))
    case RANK.string:
      return order(a as string, b as string)
    case RANK.boolean:
    case RANK.date:
      return order(Number(a), Number(b))
    case RANK.object:
      return compareDocuments(a as Record<string, unknown>, b as Record<string, unknown>)
    case RANK.array:
      return compareArrays(a as readonly unknown[], b as readonly unknown[])
    case RANK.objectId:
      return compareBytes((a as BsonLike).id, (b as BsonLike).id)
    case RANK.binary:
      return compareBinary(a as BsonLike, b as BsonLike)
    case RANK.regExp:
      return order(regExpText(a as BsonLike), regExpText(b as BsonLike))
    case RANK.timestamp:
      return order((a as BsonLike).toBigInt(), (b as BsonLike).toBigInt())
    default:
      return 0
  }
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
  if (typeof a === 'string' && typeof b === 'string') return order(a, b)
  if (typeof a === 'number' && typeof b === 'number') return order(a, b)
  const rank = rankOf(a)
  const other = rankOf(b)
  return rank === other ? compareSameRank(a, b, rank) : rank - other
}

function order<V extends string | number | bigint>(a: V, b: V): number {
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number(b !== b) - Number(a !== a)
}

/** Pair by pair: type, then name, then value; the one that ends first is less. */
function compareDocuments(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): number {
  const left = presentKeys(a)
  const right = presentKeys(b)
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i]!
    const y = right[i]!
    const rank = rankOf(a[x])
    const result = rank - rankOf(b[y]) || order(x, y) || compareSameRank(a[x], b[y], rank)
    if (result !== 0) return result
  }
  return left.length - right.length
}

function presentKeys(document: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(document).filter((key) => !isMissing(document[key]))
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const result = compareValues(a[i] ?? null, b[i] ?? null)
    if (result !== 0) return result
  }
  return a.length - b.length
}

/** Length, then subtype, then bytes. A bare byte array is a Binary of subtype 0. */
function compareBinary(a: BsonLike, b: BsonLike): number {
  const x = bytesOf(a)
  const y = bytesOf(b)
  return x.length - y.length || (a.sub_type ?? 0) - (b.sub_type ?? 0) || compareBytes(x, y)
}

function bytesOf(value: BsonLike | Uint8Array): Uint8Array {
  return value instanceof Uint8Array ? value : value.buffer.subarray(0, value.position)
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

function regExpText(value: BsonLike): string {
  return `/${value.pattern ?? value.source}/${value.options ?? value.flags}`
}
