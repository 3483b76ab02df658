import { QueryError } from '../../errors.js'
import { bsonType, isDocument, typeOf } from './value-order.js'

export interface FilterOptions {
  /** Accept `RegExp` instances. Default `false`: a regular expression of a stranger can block the process. */
  readonly allowRegExp?: boolean
}

export function refuse(path: string, why: string): never {
  throw new QueryError(`${path}: ${why}`, path)
}

export function need(holds: boolean | undefined, path: string, what: string): asserts holds {
  if (holds !== true) refuse(path, `needs ${what}`)
}

/** The path of a part of what is at `path`. The limit keeps a cycle from running on. */
export function below(path: string, key: string | number): string {
  need(path.split('.').length <= 64, path, 'fewer than 64 levels, and no cycle')
  return `${path}.${key}`
}

/** What `read` makes of each part of an object or array, given where it is. What else an array carries, as the result of a match does, is no part. */
export function readParts<V>(whole: object, path: string, read: (part: unknown, at: string, key: string) => V): V[] {
  return Object.entries(Array.isArray(whole) ? [...(whole as readonly unknown[])] : whole).map(([key, part]) =>
    read(part, below(path, key), key),
  )
}

/** Refuses operators, names that could reach a prototype or pass for a BSON class, and paths with an empty part. */
export function checkName(name: string, path: string): void {
  if (name.startsWith('$')) refuse(path, `there is no ${name} here; operators follow a field or a dotted path`)
  if (/(^|\.)(|__proto__|constructor|prototype)(\.|$)|^_bsontype$/.test(name)) refuse(path, `the name "${name}" is not allowed`)
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeOf(value) !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** True for a condition made of operators; anything else is a value to equal. */
export function isOperators(condition: unknown): condition is Readonly<Record<string, unknown>> {
  return isDocument(condition) && Object.keys(condition).some((key) => key.startsWith('$'))
}

/**
 * A copy of a value to compare with, of which nothing is shared with the caller: plain objects, arrays, scalars, dates, and instances of BSON classes as
 * they are. Throws `QueryError` for everything else.
 */
export function literal(value: unknown, path: string, options: FilterOptions): unknown {
  need(typeOf(value) !== 'missing', path, `a value, not ${typeof value}`)
  if (Array.isArray(value)) return readParts(value, path, (element, at) => literal(element, at, options))
  if (value instanceof Date) {
    need(!Number.isNaN(Number(value)), path, 'a valid date')
    return new Date(value)
  }
  if (value instanceof RegExp) {
    need(options.allowRegExp, path, '$prefix: regular expressions are not allowed')
    // Without g and y, so that it has no memory of the last match.
    return new RegExp(value, value.flags.replace(/[gy]/g, ''))
  }
  if (typeOf(value) !== 'object' || bsonType(value as object) !== undefined) return value
  need(isPlainObject(value), path, 'a plain object')
  return Object.fromEntries(
    readParts(value, path, (part, at, key) => {
      checkName(key, at)
      return [key, literal(part, at, options)]
    }),
  )
}
