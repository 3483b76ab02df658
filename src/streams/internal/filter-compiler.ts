import {
  compared,
  equal,
  every,
  greater,
  greaterOrEqual,
  less,
  lessOrEqual,
  lift,
  not,
  ofType,
  oneOf,
  type Place,
  type Relation,
  remainder,
  some,
  startingWith,
} from './filter-operators.js'
import type { Test } from './path.js'
import type { Filter } from './filter-type.js'
import { checkName, type FilterOptions, isOperators, isPlainObject, literal, need, readParts, refuse } from './plain.js'
import { isDocument, isMissing } from './value-order.js'

type Conditions = Readonly<Record<string, unknown>>
type Operator = (operand: unknown, place: Place, path: string, siblings: Conditions) => Test

/**
 * Turns a filter into a predicate, equal to what MongoDB's matcher says. Throws `QueryError`, its `path` pointing into the filter, for what isn't in the
 * language. Compile once: the predicate then costs about as much as the test written by hand, and shares nothing with the filter.
 *
 * Differences to MongoDB: a `$` inside of a value, `undefined`, regular expressions (unless allowed) are refused, `$prefix` is ours,
 * Decimal128 is compared as a double.
 *
 * ```ts
 * const isAdult = compileFilter<Person>({ age: { $gte: 18 } })
 * people.filter(isAdult)
 * ```
 */
export function compileFilter<T extends object>(filter: Filter<NoInfer<T>>, options: FilterOptions = {}): (item: T) => boolean {
  return compileFields(filter, 'filter', options)
}

function compileFields(filter: unknown, path: string, options: FilterOptions): Test {
  need(isPlainObject(filter), path, 'an object of conditions')
  const fields: Field[] = []
  const tests: Test[] = []
  readParts(filter, path, (condition, at, key) => {
    if (Object.hasOwn(LOGIC, key)) {
      need(Array.isArray(condition) && condition.length > 0, at, 'an array of at least one filter')
      tests.push(LOGIC[key]!(readParts(condition, at, (part, at) => compileFields(part, at, options))))
    } else {
      checkName(key, at)
      const parts = key.split('.')
      fields.push([parts[0]!, compileCondition(condition, { ...options, path: parts, closed: false }, at)])
    }
  })
  return every([byFields(fields), ...tests])
}

/** A test of the value that an item has in one field. */
type Field = readonly [field: string, test: Test]

const ANY: Field = ['', () => true]

/** The item is read here, at places of their own for the first and the second field: a place that reads one field only is many times faster. */
function byFields([[first, testFirst] = ANY, [second, testSecond] = ANY, ...more]: readonly Field[]): Test {
  const both: Test = (item) => testFirst((item as Conditions)[first]) && testSecond((item as Conditions)[second])
  return more.length === 0 ? both : every([both, byFields(more)])
}

const LOGIC: Readonly<Record<string, (tests: readonly Test[]) => Test>> = {
  $and: every,
  $or: some,
  $nor: (tests) => not(some(tests)),
}

function compileCondition(condition: unknown, place: Place, path: string): Test {
  if (!isOperators(condition)) return compared(equal, literal(condition, path, place), place)
  return every(
    readParts(condition, path, (operand, at, name) => {
      if (!Object.hasOwn(OPERATORS, name)) refuse(at, `there is no operator ${name}; there are ${Object.keys(OPERATORS).join(', ')}`)
      return OPERATORS[name]!(operand, place, at, condition)
    }),
  )
}

/** Regular expressions are matched, not compared. */
const related =
  (relation: Relation): Operator =>
  (operand, place, path) =>
    compared(relation, literal(operand, path, operand instanceof RegExp ? {} : place), place)

const negated =
  (operator: Operator): Operator =>
  (...given) =>
    not(operator(...given))

const same = related(equal)

const among: Operator = (operand, place, path) => {
  need(Array.isArray(operand), path, 'an array')
  return oneOf(literal(operand, path, place) as readonly unknown[], place)
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  $eq: same,
  $ne: negated(same),
  $gt: related(greater),
  $gte: related(greaterOrEqual),
  $lt: related(less),
  $lte: related(lessOrEqual),
  $in: among,
  $nin: negated(among),
  $not: (operand, place, path) => {
    need(operand instanceof RegExp || isOperators(operand), path, 'an object of operators')
    return not(compileCondition(operand, place, path))
  },
  $exists: (operand, place, path) => {
    need([true, false, 0, 1].includes(operand as boolean), path, 'true or false')
    const present = lift(not(isMissing), place, true)
    return operand ? present : not(present)
  },
  $type: (operand, place, path) => lift(ofType(operand, path), place),
  $all: (operand, place, path) => {
    need(Array.isArray(operand), path, 'an array')
    const tests = readParts(operand, path, (element, at) => {
      need(!isOperators(element) || Object.keys(element).join() === '$elemMatch', at, 'a value or only $elemMatch')
      return compileCondition(element, place, at)
    })
    return tests.length === 0 ? () => false : every(tests)
  },
  /** Conditions on the element as a document (of an array, with its positions as fields), or, if they begin with an operator, on the element as a value. */
  $elemMatch: (operand, place, path) => {
    need(isDocument(operand), path, 'an object')
    const [first = ''] = Object.keys(operand)
    const asValue = first.startsWith('$') && !(first in LOGIC)
    const test = asValue ? compileCondition(operand, { ...place, path: [''], closed: true }, path) : compileFields(operand, path, place)
    const holds: Test = (element) => {
      if (asValue) return test(element ?? null)
      return Array.isArray(element) ? test({ ...(element as object) }) : isDocument(element) && test(element)
    }
    return lift((found) => Array.isArray(found) && found.some(holds), place, true)
  },
  $size: (operand, place, path) => {
    need(Number.isSafeInteger(operand) && (operand as number) >= 0, path, 'an integer of at least 0')
    return lift((found) => Array.isArray(found) && found.length === operand, place, true)
  },
  $mod: (operand, place, path) => lift(remainder(operand, path), place),
  $prefix: (operand, place, path, { $caseInsensitive }) => {
    need(typeof operand === 'string', path, 'a string')
    return lift(startingWith(operand, $caseInsensitive === true), place)
  },
  $caseInsensitive: (operand, _place, path, siblings) => {
    need(typeof operand === 'boolean' && '$prefix' in siblings, path, 'true or false, beside $prefix')
    return () => true
  },
}
