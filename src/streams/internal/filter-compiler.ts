import {
  equalTo,
  every,
  matching,
  not,
  ofType,
  oneOf,
  related,
  remainder,
  some,
  startingWith,
  type Place,
  type Relation,
} from './filter-operators.js'
import { parsePath, someAt, type Test } from './path.js'
import { checkName, OWN_LIMITS, plainCopy, refuse, type FilterOptions } from './plain.js'
import { isDocument, isMissing } from './value-order.js'

type Conditions = Readonly<Record<string, unknown>>
type Operator = (operand: unknown, path: string, place: Place, siblings: Conditions) => Test

/** Compiles the filter of a query; the predicate shares nothing with it. */
export function compile(filter: unknown, options: FilterOptions): Test {
  return compileFields(plainCopy(filter, 'filter', { ...OWN_LIMITS, ...options }), 'filter')
}

function compileFields(filter: unknown, path: string): Test {
  if (!isDocument(filter)) return refuse(path, 'must be an object of conditions')
  return every(Object.keys(filter).map((key) => compileEntry(key, filter[key], `${path}.${key}`)))
}

function compileEntry(key: string, condition: unknown, path: string): Test {
  if (key === '$and' || key === '$or' || key === '$nor') {
    const tests = array(condition, path).map((filter, i) => compileFields(filter, `${path}.${i}`))
    if (tests.length === 0) refuse(path, 'needs at least one filter')
    return key === '$and' ? every(tests) : key === '$or' ? some(tests) : not(some(tests))
  }
  if (key.startsWith('$')) return refuse(path, `there is no ${key} here; beside fields there are $and, $or, $nor`)
  checkName(key, path)
  return compileCondition(condition, path, placeOf(key))
}

function placeOf(key: string): Place {
  const path = parsePath(key)
  const field = path.parts[0]!
  return {
    parts: path.parts,
    field: path.parts.length === 1 ? field : undefined,
    lift: (test, whole) => (item) => someAt((item as Conditions)[field], path, 1, test, whole === true),
  }
}

/** An array's element stands for itself: nothing is opened. */
const ELEMENT: Place = { lift: (test) => test }

function compileCondition(condition: unknown, path: string, place: Place): Test {
  if (!isOperators(condition)) return equalTo(literal(condition, path), place)
  return every(
    Object.keys(condition).map((name) => {
      const at = `${path}.${name}`
      if (name === '$caseInsensitive' && Object.hasOwn(condition, '$prefix')) return () => true
      if (!Object.hasOwn(OPERATORS, name)) refuse(at, `there is no operator ${name}; there are ${Object.keys(OPERATORS).join(', ')}`)
      return OPERATORS[name]!(condition[name], at, place, condition)
    }),
  )
}

export function isOperators(condition: unknown): condition is Conditions {
  return isDocument(condition) && Object.keys(condition).some((key) => key.startsWith('$'))
}

/** A value to compare with. `$` inside it would be an operator that MongoDB takes for a field: surely a mistake, so refused. */
function literal(value: unknown, path: string): unknown {
  if (Array.isArray(value)) value.forEach((element, i) => literal(element, `${path}.${i}`))
  else if (isDocument(value)) {
    for (const key of Object.keys(value)) {
      if (key.startsWith('$')) refuse(`${path}.${key}`, `${key} can't stand inside a value; use a dotted path such as "a.b"`)
      literal(value[key], `${path}.${key}`)
    }
  }
  return value
}

function array(operand: unknown, path: string): readonly unknown[] {
  return Array.isArray(operand) ? operand : refuse(path, 'needs an array')
}

/** What stands beside a comparing operator; only `$in`, `$all` and a bare condition take regular expressions. */
function comparable(operand: unknown, path: string): unknown {
  return operand instanceof RegExp ? refuse(path, "can't compare with a regular expression") : literal(operand, path)
}

const same: Operator = (operand, path, place) => equalTo(comparable(operand, path), place)

const among: Operator = (operand, path, place) => oneOf(array(literal(operand, path), path), place)

const relation =
  (name: Relation): Operator =>
  (operand, path, place) =>
    related(name, comparable(operand, path), place)

const negated =
  (operator: Operator): Operator =>
  (operand, path, place, siblings) =>
    not(operator(operand, path, place, siblings))

/** Conditions on the element as a document, or, if they begin with an operator, on the element as a value. */
const elements: Operator = (operand, path, place) => {
  if (!isDocument(operand)) return refuse(path, 'needs an object')
  const asValue = /^\$(?!(and|or|nor)$)/.test(Object.keys(operand)[0] ?? '')
  const test = asValue ? compileCondition(operand, path, ELEMENT) : ofElement(compileFields(operand, path))
  return place.lift((found) => Array.isArray(found) && found.some((element) => test(element ?? null)), true)
}

/** An inner array is a document whose fields are its positions. */
function ofElement(test: Test): Test {
  return (element) => (Array.isArray(element) ? test(Object.assign({}, element)) : isDocument(element) && test(element))
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  $eq: same,
  $ne: negated(same),
  $gt: relation('$gt'),
  $gte: relation('$gte'),
  $lt: relation('$lt'),
  $lte: relation('$lte'),
  $in: among,
  $nin: negated(among),
  $not: (operand, path, place) => {
    if (operand instanceof RegExp) return not(place.lift(matching(operand)))
    if (!isOperators(operand)) return refuse(path, 'needs an object of operators, e.g. { $gt: 5 }')
    return not(compileCondition(operand, path, place))
  },
  $exists: (operand, path, place) => {
    if (operand !== true && operand !== false && operand !== 0 && operand !== 1) return refuse(path, 'needs true or false')
    const present = place.lift(not(isMissing), true)
    return operand ? present : not(present)
  },
  $type: (operand, path, place) => place.lift(ofType(operand, path)),
  $all: (operand, path, place) => {
    const tests = array(operand, path).map((element, i) => {
      const at = `${path}.${i}`
      if (!isOperators(element)) return equalTo(literal(element, at), place)
      if (Object.keys(element).join() !== '$elemMatch') refuse(at, 'of operators only $elemMatch can stand in $all')
      return compileCondition(element, at, place)
    })
    return tests.length === 0 ? () => false : every(tests)
  },
  $elemMatch: elements,
  $size: (operand, path, place) => {
    if (!Number.isSafeInteger(operand) || (operand as number) < 0) refuse(path, 'needs an integer of at least 0')
    return place.lift((found) => Array.isArray(found) && found.length === operand, true)
  },
  $mod: (operand, path, place) => place.lift(remainder(operand, path)),
  $prefix: (operand, path, place, { $caseInsensitive: ignoreCase }) => {
    if (typeof operand !== 'string') return refuse(path, 'needs a string')
    if (ignoreCase !== undefined && typeof ignoreCase !== 'boolean') refuse(path, 'needs true or false for $caseInsensitive')
    return place.lift(startingWith(operand, ignoreCase === true))
  },
}
