import { someAt, type Test } from './path.js'
import { type FilterOptions, need } from './plain.js'
import { compareSameRank, numberOf, RANK, rankOf, typeOf } from './value-order.js'

/** Where a condition stands: the path from an item, of which the first part is read already; or, `closed`, an array's element, which is never opened itself. */
export interface Place extends FilterOptions {
  readonly path: readonly string[]
  readonly closed?: boolean
}

/** Whether `test` holds for any value at the place; with `closed`, an array is one value only. */
export function lift(test: Test, { path, closed = false }: Place, whole = closed): Test {
  return (value) => someAt(value, path, 1, test, whole)
}

export const not =
  (test: Test): Test =>
  (value) =>
    !test(value)

/** All of the tests, of which there is at least one; the pairs keep a test of two as fast as one written by hand. */
export function every([first, second, ...more]: readonly Test[]): Test {
  if (!second) return first!
  const both: Test = (value) => first!(value) && second(value)
  return more.length === 0 ? both : every([both, ...more])
}

export function some(tests: readonly Test[]): Test {
  return (value) => tests.some((test) => test(value))
}

/** A relation to an operand of one of JavaScript's own types; values of other types are left to another test. */
export type Relation = (operand: never, type: string, otherwise?: Test) => Test

/** Only other values than these can equal a scalar without being `===` to it. */
function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

export const equal: Relation = (operand: unknown, _type, otherwise) => (value) =>
  value === operand || (!isScalar(value) && otherwise!(value))
export const greater: Relation = (operand: number, type, otherwise) => (value) =>
  typeof value === type ? (value as number) > operand : otherwise!(value)
export const greaterOrEqual: Relation = (operand: number, type, otherwise) => (value) =>
  typeof value === type ? (value as number) >= operand : otherwise!(value)
export const less: Relation = (operand: number, type, otherwise) => (value) =>
  typeof value === type ? (value as number) < operand : otherwise!(value)
export const lessOrEqual: Relation = (operand: number, type, otherwise) => (value) =>
  typeof value === type ? (value as number) <= operand : otherwise!(value)

/**
 * Values compare only within a bracket: those of one type; NaN apart from the other numbers; what is missing together with null. Only MinKey and MaxKey as operands
 * compare with all.
 */
function bracketOf(value: unknown): number {
  const rank = rankOf(value) || RANK.null
  return rank === RANK.number && Number.isNaN(numberOf(value)) ? rank + 1 : rank
}

/** The relation to an operand of any type, for one value. A regular expression, of which only equality is asked, equals the strings that it matches. */
function related(relation: Relation, operand: unknown): Test {
  const bracket = bracketOf(operand)
  const holds = relation(0 as never, 'number')
  const any: Test = (value) => {
    const distance = bracketOf(value) - bracket
    return (distance === 0 || bracket < 0 || bracket === RANK.maxKey) && holds(distance || compareSameRank(value, operand, bracket))
  }
  return operand instanceof RegExp ? (value) => (typeof value === 'string' ? operand.test(value) : any(value)) : any
}

/** The relation at a place, scalars first. */
export function compared(relation: Relation, operand: unknown, place: Place): Test {
  const any = related(relation, operand)
  const scalar = scalarOf(operand) as never
  const type = typeof scalar === 'object' || scalar !== scalar ? '' : typeof scalar
  if (type === '') return lift(any, place)
  const one = relation(scalar, type, any)
  return place.path.length === 1 ? relation(scalar, type, lift(one, place)) : lift(one, place)
}

/** Numbers of all classes that are equal are the same here. */
function scalarOf(value: unknown): unknown {
  return rankOf(value) === RANK.number ? numberOf(value) : value
}

export function oneOf(operands: readonly unknown[], place: Place): Test {
  const scalars = new Set(operands.map(scalarOf))
  const others = [...scalars].filter((operand) => typeof operand === 'object').map((operand) => related(equal, operand))
  const any = lift(some([(value) => scalars.has(scalarOf(value)), ...others]), place)
  return place.path.length > 1 || others.length > 0 ? any : (value) => scalars.has(value) || (!isScalar(value) && any(value))
}

/** What is lower case depends on where a Greek sigma stands. */
export function startingWith(prefix: string, ignoreCase: boolean): Test {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase().replaceAll('ς', 'σ') : text)
  const start = fold(prefix)
  return (value) => typeof value === 'string' && fold(value).startsWith(start)
}

/** Divisor, remainder and value are cut to integers first; the sign of the remainder is the value's. */
export function remainder(operand: unknown, path: string): Test {
  const integers = [operand].flat().map((part) => (rankOf(part) === RANK.number ? Math.trunc(Number(part)) : NaN))
  const [divisor = 0, rest = 0] = integers
  need(integers.length === 2 && divisor !== 0 && Number.isFinite(divisor + rest), path, '[divisor, remainder], the divisor not 0')
  return (value) => {
    const number = scalarOf(value)
    return typeof number === 'bigint'
      ? number % BigInt(divisor) === BigInt(rest)
      : typeof number === 'number' && Math.abs(number) < 2 ** 63 && Math.trunc(number) % divisor === rest
  }
}

export function ofType(operand: unknown, path: string): Test {
  const names: readonly unknown[] = Object.keys(RANK)
  const wanted = [operand]
    .flat()
    .map((type) => (type === -1 ? 'minKey' : type === 127 ? 'maxKey' : (names.slice(0, 19)[(type as number) - 1] ?? type)))
  need(wanted.length > 0 && wanted.every((type) => names.includes(type)), path, `types out of ${names.join(', ')}`)
  return (value) => wanted.includes(typeOf(value)) || (wanted.includes('number') && rankOf(value) === RANK.number)
}
