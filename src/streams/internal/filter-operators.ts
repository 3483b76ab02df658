import { refuse } from './plain.js'
import type { Test } from './path.js'
import { bsonType, compareSameRank, isDocument, isMissing, numberOf, RANK, rankOf } from './value-order.js'

/** Where a condition stands: how a test of one value becomes a test of the item (or of an array's element). */
export interface Place {
  /** With `whole`, an array is tested as one value only. */
  readonly lift: (test: Test, whole?: boolean) => Test
  /** The item's own field, where the path is no longer than that. */
  readonly field?: string
}

export const not =
  (test: Test): Test =>
  (value) =>
    !test(value)

/** All of the tests; at most two calls deep for the common cases. */
export function every(tests: readonly Test[]): Test {
  const [first, second] = tests
  if (first === undefined) return () => true
  if (second === undefined) return first
  if (tests.length === 2) return (value) => first(value) && second(value)
  return (value) => {
    for (const test of tests) if (!test(value)) return false
    return true
  }
}

export function some(tests: readonly Test[]): Test {
  return (value) => {
    for (const test of tests) if (test(value)) return true
    return false
  }
}

const isNull: Test = (value) => value === null || isMissing(value)

function sameAs(operand: unknown): Test {
  const rank = rankOf(operand)
  if (rank === RANK.null) return isNull
  return (value) => value === operand || (rankOf(value) === rank && compareSameRank(value, operand, rank) === 0)
}

/** Objects and bigints can equal a scalar operand without being `===` to it: `[5]`, `Long(5)`, `5n`. */
function isIndirect(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'bigint'
}

export function equalTo(operand: unknown, place: Place): Test {
  if (operand instanceof RegExp) return place.lift(matching(operand))
  const slow = place.lift(sameAs(operand))
  const { field } = place
  // NaN is not === NaN, and null matches missing: both take the long way.
  if (field === undefined || typeof operand === 'object' || operand !== operand) return slow
  return (item) => {
    const value = (item as Record<string, unknown>)[field]
    return value === operand || (isIndirect(value) && slow(item))
  }
}

export function oneOf(operands: readonly unknown[], place: Place): Test {
  const known = new Set<unknown>()
  const others: Test[] = []
  for (const operand of operands) {
    const rank = rankOf(operand)
    if (rank === RANK.number) known.add(numberOf(operand))
    else if (typeof operand === 'string' || typeof operand === 'boolean') known.add(operand)
    else others.push(operand instanceof RegExp ? matching(operand) : sameAs(operand))
  }
  const other = some(others)
  const slow = place.lift(
    (value) => known.has(isIndirect(value) && rankOf(value) === RANK.number ? numberOf(value) : value) || other(value),
  )
  const { field } = place
  if (field === undefined || others.length > 0) return slow
  return (item) => {
    const value = (item as Record<string, unknown>)[field]
    return known.has(value) || (isIndirect(value) && slow(item))
  }
}

type Relation = '$gt' | '$gte' | '$lt' | '$lte'

const RELATIONS: Readonly<Record<Relation, (a: number | bigint, b: number | bigint) => boolean>> = {
  $gt: (a, b) => a > b,
  $gte: (a, b) => a >= b,
  $lt: (a, b) => a < b,
  $lte: (a, b) => a <= b,
}

/** Type bracketing: only a value of the operand's type compares at all. */
export function related(relation: Relation, operand: unknown, place: Place): Test {
  const holds = RELATIONS[relation]
  const rank = rankOf(operand)
  const isNaN = rank === RANK.number && numberOf(operand) !== numberOf(operand)
  if (rank === RANK.null || isNaN) return holds(0, 0) ? equalTo(operand, place) : () => false
  if (rank === RANK.number) {
    const number = numberOf(operand)
    const slow = place.lift((value) => rankOf(value) === rank && holds(numberOf(value), number))
    return place.field === undefined ? slow : fieldRelated(relation, place.field, number, slow)
  }
  const slow = place.lift((value) => rankOf(value) === rank && holds(compareSameRank(value, operand, rank), 0))
  return place.field === undefined || typeof operand !== 'string' ? slow : fieldRelated(relation, place.field, operand, slow)
}

/** One closure for each relation, so that the comparison itself stays inline. */
function fieldRelated(relation: Relation, field: string, operand: string | number | bigint, slow: Test): Test {
  const type = typeof operand
  const read = (item: unknown) => (item as Record<string, string | number>)[field]!
  switch (relation) {
    case '$gt':
      return (item) => {
        const value = read(item)
        return typeof value === type ? value > operand : isIndirect(value) && slow(item)
      }
    case '$gte':
      return (item) => {
        const value = read(item)
        return typeof value === type ? value >= operand : isIndirect(value) && slow(item)
      }
    case '$lt':
      return (item) => {
        const value = read(item)
        return typeof value === type ? value < operand : isIndirect(value) && slow(item)
      }
    case '$lte':
      return (item) => {
        const value = read(item)
        return typeof value === type ? value <= operand : isIndirect(value) && slow(item)
      }
  }
}

export function matching(pattern: RegExp): Test {
  return (value) =>
    typeof value === 'string' ? pattern.test(value) : rankOf(value) === RANK.regExp && compareSameRank(value, pattern, RANK.regExp) === 0
}

export function startingWith(prefix: string, ignoreCase: boolean): Test {
  if (!ignoreCase) return (value) => typeof value === 'string' && value.startsWith(prefix)
  const lower = prefix.toLowerCase()
  return (value) => typeof value === 'string' && value.toLowerCase().startsWith(lower)
}

/** Divisor, remainder and value are cut to integers first; the sign of the remainder is the value's. */
export function remainder(operand: unknown, path: string): Test {
  if (
    !Array.isArray(operand) ||
    operand.length !== 2 ||
    !operand.every((part) => rankOf(part) === RANK.number && Number.isFinite(Number(numberOf(part))))
  ) {
    return refuse(path, 'needs [divisor, remainder], two finite numbers')
  }
  const [divisor, rest] = operand.map((part) => toInteger(numberOf(part))) as [bigint, bigint]
  if (divisor === 0n) refuse(path, 'divides by 0')
  const small = Number(divisor)
  const smallRest = Number(rest)
  return (value) => {
    if (Number.isSafeInteger(value)) return (value as number) % small === smallRest
    if (rankOf(value) !== RANK.number) return false
    const number = numberOf(value)
    return (typeof number === 'bigint' || Math.abs(number) < 2 ** 63) && toInteger(number) % divisor === rest
  }
}

function toInteger(value: number | bigint): bigint {
  return typeof value === 'bigint' ? value : BigInt(Math.trunc(value))
}

/** The names by their BSON codes. */
const TYPES: Readonly<Record<number, string>> = {
  [-1]: 'minKey',
  1: 'double',
  2: 'string',
  3: 'object',
  4: 'array',
  5: 'binData',
  7: 'objectId',
  8: 'bool',
  9: 'date',
  10: 'null',
  11: 'regex',
  13: 'javascript',
  14: 'symbol',
  16: 'int',
  17: 'timestamp',
  18: 'long',
  19: 'decimal',
  127: 'maxKey',
}

const RANK_TYPES: Readonly<Record<number, string>> = {
  [-1]: 'minKey',
  [RANK.null]: 'null',
  [RANK.string]: 'string',
  [RANK.object]: 'object',
  [RANK.array]: 'array',
  [RANK.binary]: 'binData',
  [RANK.objectId]: 'objectId',
  [RANK.boolean]: 'bool',
  [RANK.date]: 'date',
  47: 'timestamp',
  [RANK.regExp]: 'regex',
  55: 'object',
  60: 'javascript',
  127: 'maxKey',
}

const NUMBER_TYPES: Readonly<Record<string, string>> = { Int32: 'int', Double: 'double', Long: 'long', Decimal128: 'decimal' }

/** The type that MongoDB's driver would store the value as; a plain number is an int if it is one of 32 bits, else a double. */
function typeOf(value: unknown): string | undefined {
  if (typeof value === 'number') return (value | 0) === value && !Object.is(value, -0) ? 'int' : 'double'
  if (typeof value === 'bigint') return 'long'
  const bson = isDocument(value) || typeof value !== 'object' || value === null ? undefined : bsonType(value)
  return bson === 'BSONSymbol' ? 'symbol' : (NUMBER_TYPES[bson ?? ''] ?? RANK_TYPES[rankOf(value)])
}

export function ofType(operand: unknown, path: string): Test {
  const wanted = new Set<string>()
  for (const type of Array.isArray(operand) ? operand : [operand]) {
    const name: unknown = typeof type === 'number' ? TYPES[type] : type
    if (name === 'number') Object.values(NUMBER_TYPES).forEach((number) => wanted.add(number))
    else if (typeof name === 'string' && Object.values(TYPES).includes(name)) wanted.add(name)
    else refuse(path, `${JSON.stringify(type)} is no type; there are number, ${Object.values(TYPES).join(', ')}`)
  }
  if (wanted.size === 0) refuse(path, 'needs at least one type')
  return (value) => wanted.has(typeOf(value) ?? '')
}
