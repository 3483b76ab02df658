import { isOperators } from './plain.js'
import { isDocument } from './value-order.js'

/**
 * Every path that a filter reads, each once, for rules to check: also within `$and`, `$or`, `$nor`, and `a.b` for
 * `{ a: { $elemMatch: { b: … } } }`. Positions stay in the paths (`list.0.name`). O(size of the filter).
 *
 * ```ts
 * filterFields({ $or: [{ 'address.zip': '1' }, { age: { $gt: 5 } }] }) // ['address.zip', 'age']
 * ```
 */
export function filterFields(filter: object): string[] {
  const found = new Set<string>()
  collect(filter, '', found)
  return [...found]
}

function collect(filter: unknown, prefix: string, found: Set<string>): void {
  if (!isDocument(filter)) return
  for (const [key, condition] of Object.entries(filter)) {
    if (!key.startsWith('$')) collectCondition(condition, prefix + key, found)
    else if (isLogic(key) && Array.isArray(condition)) condition.forEach((part) => collect(part, prefix, found))
  }
}

function isLogic(key: string): boolean {
  return key === '$and' || key === '$or' || key === '$nor'
}

function collectCondition(condition: unknown, path: string, found: Set<string>): void {
  found.add(path)
  if (!isDocument(condition)) return
  for (const [name, operand] of Object.entries(condition)) {
    if (name === '$elemMatch') {
      // Of the two forms only the one that it has finds anything.
      collect(operand, `${path}.`, found)
      collectCondition(operand, path, found)
    } else if (name === '$not') collectCondition(operand, path, found)
    else if (name === '$all' && Array.isArray(operand)) operand.forEach((part) => collectCondition(part, path, found))
  }
}

/**
 * For each field that an item must equal one of a few values in to match at all: those values, of the shortest list if there are several.
 * `null` among them also stands for a missing field; a field that holds an array matches by its elements too; numbers equal whatever number type they are. What an index
 * narrows down by; the filter itself must still be asked. O(size of the filter).
 *
 * ```ts
 * equalityOf({ country: 'DE', $and: [{ size: { $in: [1, 2] } }], age: { $gt: 5 } }) // country → ['DE'], size → [1, 2]
 * ```
 */
export function equalityOf(filter: object): ReadonlyMap<string, readonly unknown[]> {
  const found = new Map<string, readonly unknown[]>()
  narrow(filter, found)
  return found
}

function narrow(filter: unknown, found: Map<string, readonly unknown[]>): void {
  if (!isDocument(filter)) return
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) condition.forEach((part) => narrow(part, found))
    else if (!key.startsWith('$')) {
      for (const values of equalities(condition)) {
        const known = found.get(key)
        if (!values.some(isPattern) && (known === undefined || values.length < known.length)) found.set(key, values)
      }
    }
  }
}

/** What one condition demands; a regular expression equals nothing that could be looked up. */
function equalities(condition: unknown): (readonly unknown[])[] {
  if (!isOperators(condition)) return [[condition]]
  const lists: (readonly unknown[])[] = []
  if (Object.hasOwn(condition, '$eq')) lists.push([condition.$eq])
  if (Array.isArray(condition.$in)) lists.push(condition.$in)
  return lists
}

function isPattern(value: unknown): boolean {
  return value instanceof RegExp
}
