import type { Query } from '../query.js'
import { compileFilter } from './filter-compiler.js'
import type { Filter, Sort } from './filter-type.js'
import { below, checkName, type FilterOptions, isPlainObject, need, refuse } from './plain.js'
import { compileSort } from './sort-compiler.js'

/** Bounds on a query. Those of `parseQuery` suit what a stranger sends. */
export interface QueryLimits {
  /** Levels of nesting, and parts of a path. Default 16. */
  readonly depth: number
  /** Values in the filter, all levels together. Default 5,000. */
  readonly values: number
  /** Elements of one array in the filter, `$in` above all. Default 1,000. */
  readonly elements: number
  /** Keys of `sort`. Default 8. */
  readonly sortKeys: number
  /** Parts of all paths of `sort` together: what lies in arrays inside of arrays is compared by all of them. Default 16. */
  readonly sortParts: number
  /** Names in `fields`. Default 100. */
  readonly fields: number
}

const HOSTILE_LIMITS: QueryLimits = { depth: 16, values: 5_000, elements: 1_000, sortKeys: 8, sortParts: 16, fields: 100 }

/**
 * Reads a query that a stranger sent, within limits: the result is made of fresh plain objects and its filter and sort compile. Throws
 * `QueryError` with the path to what is wrong. The fields that a filter reads are for the caller's rules to judge (`filterFields`).
 * O(size of the input).
 *
 * ```ts
 * parseQuery(JSON.parse('{"filter":{"age":{"$foo":1}}}')) // QueryError at filter.age.$foo
 * ```
 */
export function parseQuery<T extends object = Record<string, unknown>>(
  input: unknown,
  limits: Partial<QueryLimits> & FilterOptions = {},
): Query<T> {
  const bounds = { ...HOSTILE_LIMITS, ...limits }
  const source = record(input, 'query')
  const query: { -readonly [K in keyof Query<T>]: Query<T>[K] } = {}
  for (const key of Object.keys(source)) {
    const value = source[key]
    if (value === undefined) continue
    switch (key) {
      case 'filter':
        query.filter = copyWithin(bounds, value, key) as Filter<T>
        compileFilter(query.filter, bounds)
        break
      case 'sort':
        query.sort = { ...record(value, key, bounds.sortKeys) } as Sort<T>
        if (partsOf(Object.keys(query.sort).join('.')) > bounds.sortParts) refuse(key, `has more than ${bounds.sortParts} parts of paths`)
        compileSort(query.sort)
        break
      case 'skip':
      case 'limit':
        query[key] = count(value, key)
        break
      case 'fields':
        query.fields = names(value, key, bounds.fields)
        break
      default:
        refuse(key, 'is not part of a query; there are filter, sort, skip, limit, fields')
    }
  }
  return query
}

/** A copy of the arrays and plain objects in `input`, which are neither too many, too long nor too deep. */
function copyWithin({ depth: deepest, values: most, elements }: QueryLimits, input: unknown, at: string): unknown {
  let values = 0
  return copy(input, at, 0)

  function copy(value: unknown, path: string, depth: number): unknown {
    if (++values > most) refuse(path, `more than ${most} values`)
    const isArray = Array.isArray(value)
    if (!isArray && !isPlainObject(value)) return value
    if (depth >= deepest) refuse(path, `nested deeper than ${deepest} levels`)
    if (isArray && value.length > elements) refuse(path, `has ${value.length} elements; at most ${elements} are allowed`)
    if (isArray) return value.map((element, i) => copy(element, below(path, i), depth + 1))
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => {
        // A position in a path is also a field: each may be walked in two ways.
        if (partsOf(key) > deepest) refuse(path, `a path of more than ${deepest} parts`)
        return [key, copy(part, below(path, key), depth + 1)]
      }),
    )
  }
}

function partsOf(path: string): number {
  return path.split('.').length
}

function record(input: unknown, path: string, most = Infinity): Readonly<Record<string, unknown>> {
  need(isPlainObject(input), path, 'an object')
  if (Object.keys(input).length > most) refuse(path, `has more than ${most} keys`)
  return input
}

function count(input: unknown, path: string): number {
  need(Number.isSafeInteger(input) && (input as number) >= 0, path, 'an integer of at least 0')
  return input as number
}

function names(input: unknown, path: string, most: number): string[] {
  need(Array.isArray(input) && input.length <= most, path, `an array of at most ${most} names`)
  return input.map((name: unknown, i) => {
    const at = below(path, i)
    need(typeof name === 'string', at, 'the name of a field')
    checkName(name, at)
    return name
  })
}
