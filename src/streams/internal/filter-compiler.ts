import { every, equalTo, matching, not, oneOf, ofType, related, remainder, some, startingWith, type Place } from './filter-operators.js'
import { parsePath, someAt, someLeaf, type Test } from './path.js'
import { checkName, OWN_LIMITS, plainCopy, refuse } from './plain.js'
import { isDocument, isMissing, RANK, rankOf } from './value-order.js'

export interface FilterOptions {
  /** Accept `RegExp` instances. Default `false`: a regular expression of a stranger can block the process. */
  readonly allowRegExp?: boolean
}

type Conditions = Readonly<Record<string, unknown>>
type Operator = (operand: unknown, path: string, place: Place, siblings: Conditions) => Test

/** Compiles the filter of a query, given at `filter`; the predicate shares nothing with it. */
export function compile(filter: unknown, options: FilterOptions): Test {
  const copy = plainCopy(filter, 'filter', OWN_LIMITS)
  return compileFields(copy, 'filter', options.allowRegExp === true)
}

function compileFields(filter: unknown, path: string, allowRegExp: boolean): Test {
  if (!isDocument(filter)) return refuse(path, 'must be an object of conditions')
  return every(Object.keys(filter).map((key) => compileEntry(key, filter[key], `${path}.${key}`, allowRegExp)))
}

function compileEntry(key: string, condition: unknown, path: string, allowRegExp: boolean): Test {
  if (key === '$and' || key === '$or' || key === '$nor') {
    const tests = list(condition, path).map((filter, i) => compileFields(filter, `${path}.${i}`, allowRegExp))
    return key === '$and' ? every(tests) : key === '$or' ? some(tests) : not(some(tests))
  }
  if (key.startsWith('$')) return refuse(path, `there is no ${key} here; beside fields there are $and, $or, $nor`)
  checkName(key, path)
  return compileCondition(condition, path, placeOf(key), allowRegExp)
}

function placeOf(key: string): Place {
  const path = parsePath(key)
  if (path.parts.length > 1) return { lift: (test, whole) => (item) => someAt(item, path, 0, test, whole === true) }
  return {
    field: key,
    lift: (test, whole) => (whole ? (item) => test((item as Conditions)[key]) : (item) => someLeaf((item as Conditions)[key], test)),
  }
}

/** An array's element stands for itself: nothing is opened. */
const ELEMENT: Place = { lift: (test) => test }

function compileCondition(condition: unknown, path: string, place: Place, allowRegExp: boolean): Test {
  if (!isOperators(condition)) return equalTo(literal(condition, path, allowRegExp), place)
  const operators = operatorsFor(allowRegExp)
  return every(
    Object.keys(condition).map((name) => {
      const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
      const at = `${path}.${name}`
      if (name === '$caseInsensitive' && Object.hasOwn(condition, '$prefix')) return () => true
      if (operator === undefined) return refuse(at, `there is no operator ${name}; there are ${Object.keys(operators).join(', ')}`)
      return operator(condition[name], at, place, condition)
    }),
  )
}

function isOperators(condition: unknown): condition is Conditions {
  return isDocument(condition) && Object.keys(condition).some((key) => key.startsWith('$'))
}

/** A value to compare with. `$` inside it would be an operator that MongoDB takes for a field: surely a mistake, so refused. */
function literal(value: unknown, path: string, allowRegExp: boolean): unknown {
  if (value instanceof RegExp && !allowRegExp) refuse(path, 'regular expressions are not allowed here; use $prefix')
  if (Array.isArray(value)) value.forEach((element, i) => literal(element, `${path}.${i}`, allowRegExp))
  else if (isDocument(value)) {
    for (const key of Object.keys(value)) {
      if (key.startsWith('$')) refuse(`${path}.${key}`, `the operator ${key} can't stand inside a value; write a dotted path such as "a.b"`)
      literal(value[key], `${path}.${key}`, allowRegExp)
    }
  }
  return value
}

function list(operand: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(operand) || operand.length === 0) return refuse(path, 'needs an array of at least one filter')
  return operand
}

function array(operand: unknown, path: string): readonly unknown[] {
  return Array.isArray(operand) ? operand : refuse(path, 'needs an array')
}

function operatorsFor(allowRegExp: boolean): Readonly<Record<string, Operator>> {
  const value = (operand: unknown, path: string) => literal(operand, path, allowRegExp)
  const comparable = (operand: unknown, path: string) =>
    operand instanceof RegExp ? refuse(path, "can't compare with a regular expression") : value(operand, path)
  const same = (operand: unknown, path: string, place: Place) => equalTo(comparable(operand, path), place)
  const among = (operand: unknown, path: string, place: Place) => oneOf(array(value(operand, path), path), place)
  const relation =
    (name: '$gt' | '$gte' | '$lt' | '$lte'): Operator =>
    (operand, path, place) =>
      related(name, comparable(operand, path), place)
  return {
    $eq: same,
    $ne: (operand, path, place) => not(same(operand, path, place)),
    $gt: relation('$gt'),
    $gte: relation('$gte'),
    $lt: relation('$lt'),
    $lte: relation('$lte'),
    $in: among,
    $nin: (operand, path, place) => not(among(operand, path, place)),
    $not: (operand, path, place) => {
      if (operand instanceof RegExp) return not(place.lift(matching(value(operand, path) as RegExp)))
      if (!isOperators(operand)) return refuse(path, 'needs an object of operators, e.g. { $gt: 5 }')
      return not(compileCondition(operand, path, place, allowRegExp))
    },
    $exists: (operand, path, place) => {
      if (typeof operand !== 'boolean' && operand !== 0 && operand !== 1) return refuse(path, 'needs true or false')
      const missing = place.lift(not(isMissing), true)
      return operand ? missing : not(missing)
    },
    $type: (operand, path, place) => place.lift(ofType(operand, path)),
    $all: (operand, path, place) => {
      const tests = array(operand, path).map((element, i) => compileAll(element, `${path}.${i}`, place, allowRegExp))
      return tests.length === 0 ? () => false : every(tests)
    },
    $elemMatch: (operand, path, place) => compileElements(operand, path, place, allowRegExp),
    $size: (operand, path, place) => {
      if (!Number.isSafeInteger(operand) || (operand as number) < 0) return refuse(path, 'needs an integer of at least 0')
      return place.lift((found) => Array.isArray(found) && found.length === operand, true)
    },
    $mod: (operand, path, place) => place.lift(remainder(operand, path)),
    $prefix: (operand, path, place, { $caseInsensitive: ignoreCase }) => {
      if (typeof operand !== 'string') return refuse(path, 'needs a string')
      if (ignoreCase !== undefined && typeof ignoreCase !== 'boolean') return refuse(path, 'needs true or false for $caseInsensitive')
      return place.lift(startingWith(operand, ignoreCase === true))
    },
  }
}

function compileAll(element: unknown, path: string, place: Place, allowRegExp: boolean): Test {
  if (!isOperators(element)) return equalTo(literal(element, path, allowRegExp), place)
  const [name, more] = Object.keys(element)
  if (name !== '$elemMatch' || more !== undefined) return refuse(path, 'of operators only $elemMatch can stand in $all')
  return compileElements(element[name], `${path}.${name}`, place, allowRegExp)
}

/** Conditions on the element as a document, or, if they begin with an operator, on the element as a value. */
function compileElements(operand: unknown, path: string, place: Place, allowRegExp: boolean): Test {
  if (!isDocument(operand)) return refuse(path, 'needs an object')
  const [first] = Object.keys(operand)
  const asValue = first?.startsWith('$') === true && first !== '$and' && first !== '$or' && first !== '$nor'
  const test = asValue ? compileCondition(operand, path, ELEMENT, allowRegExp) : ofElement(compileFields(operand, path, allowRegExp))
  return place.lift((found) => Array.isArray(found) && found.some((element) => test(element ?? null)), true)
}

/** An inner array is a document whose fields are its positions. */
function ofElement(test: Test): Test {
  return (element) => {
    const rank = rankOf(element)
    return rank === RANK.object ? test(element) : rank === RANK.array && test({ ...(element as readonly unknown[]) })
  }
}
