import { refuse } from './plain.js'
import { direct, type Test } from './path.js'
import { codeOf, compareSameRank, isMissing, numberOf, RANK, rankOf, TYPE_NAMES } from './value-order.js'

/** Where a condition stands: how a test of one value becomes a test of the item (or of an array's element). */
export interface Place {
  /** With `whole`, an array is tested as one value only. */
  readonly lift: (test: Test, whole?: boolean) => Test
  /** The path from the item, unless the place is an array's element. */
  readonly parts?: readonly string[]
  /** The only part, if it is only one. */
  readonly field?: string | undefined
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

/** Most paths are one field: those are worth a branch. */
function valueAt(item: unknown, field: string | undefined, parts: readonly string[] | undefined): unknown {
  return field === undefined ? direct(item, parts!) : (item as Readonly<Record<string, unknown>>)[field]
}

export function equalTo(operand: unknown, place: Place): Test {
  if (operand instanceof RegExp) return place.lift(matching(operand))
  const slow = place.lift(sameAs(operand))
  const { field, parts } = place
  const scalar = rankOf(operand) === RANK.number ? numberOf(operand) : operand
  // NaN is not === NaN, and null matches missing: both take the long way.
  if (parts === undefined || typeof scalar === 'object' || scalar !== scalar) return slow
  return (item) => {
    const value = valueAt(item, field, parts)
    return value === scalar || (isIndirect(value) && slow(item))
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
  const { field, parts } = place
  if (parts === undefined || others.length > 0) return slow
  return (item) => {
    const value = valueAt(item, field, parts)
    return known.has(value) || (isIndirect(value) && slow(item))
  }
}

export type Relation = '$gt' | '$gte' | '$lt' | '$lte'

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
  const scalar = rank === RANK.number ? numberOf(operand) : operand
  const slow = place.lift((value) => {
    if (rankOf(value) !== rank) return false
    return rank === RANK.number ? holds(numberOf(value), scalar as number) : holds(compareSameRank(value, operand, rank), 0)
  })
  return place.parts === undefined || (typeof scalar !== 'number' && typeof scalar !== 'string')
    ? slow
    : fastRelated(relation, place, scalar, slow)
}

/** One closure for each relation, so that the comparison itself stays inline. */
function fastRelated(relation: Relation, { field, parts }: Place, operand: string | number, slow: Test): Test {
  const type = typeof operand
  const read = (item: unknown) => valueAt(item, field, parts) as string | number
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
  const [divisor, rest, more] = Array.isArray(operand)
    ? operand.map((part) => (rankOf(part) === RANK.number ? Math.trunc(Number(numberOf(part))) : NaN))
    : []
  if (!Number.isSafeInteger(divisor) || !Number.isSafeInteger(rest) || more !== undefined)
    return refuse(path, 'needs [divisor, remainder], two finite numbers')
  if (divisor === 0) refuse(path, 'divides by 0')
  return (value) => {
    if (rankOf(value) !== RANK.number) return false
    const number = numberOf(value)
    if (typeof number === 'bigint') return number % BigInt(divisor!) === BigInt(rest!)
    return Math.abs(number) < 2 ** 63 && Math.trunc(number) % divisor! === rest
  }
}

export function ofType(operand: unknown, path: string): Test {
  const wanted = new Set<number>()
  for (const type of Array.isArray(operand) ? operand : [operand]) {
    const code = typeof type === 'number' ? type : TYPE_NAMES.indexOf(type as string) + 1
    if (type === 'number') [1, 16, 18, 19].forEach((number) => wanted.add(number))
    else if (TYPE_NAMES[code - 1] !== undefined) wanted.add(code)
    else refuse(path, `${JSON.stringify(type)} is no type; there are number, ${TYPE_NAMES.join(', ')}`)
  }
  if (wanted.size === 0) refuse(path, 'needs at least one type')
  return (value) => wanted.has(codeOf(value))
}
