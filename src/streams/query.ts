import { compile } from './internal/filter-compiler.js'
import type { Filter, Sort } from './internal/filter-type.js'
import { checkName, HOSTILE_LIMITS, plainCopy, refuse, type FilterOptions, type QueryLimits } from './internal/plain.js'
import { compileOrder } from './internal/sort-compiler.js'

export { canonicalQuery, queryHash, type AnyQuery } from './internal/canonical.js'
export { equalValues } from './internal/equal-values.js'
export { equalityOf, filterFields } from './internal/filter-fields.js'
export { compareValues } from './internal/value-order.js'
export type { Filter, Sort } from './internal/filter-type.js'
export type { FilterOptions, QueryLimits } from './internal/plain.js'

/** Which items, in which order, how many of them and which of their fields. */
export interface Query<T> {
  readonly filter?: Filter<T>
  readonly sort?: Sort<T>
  /** How many to leave out first, after sorting. */
  readonly skip?: number
  /** How many at most. */
  readonly limit?: number
  readonly fields?: readonly string[]
}

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
  return compile(filter, options)
}

/**
 * Turns a sort into a comparator with MongoDB's order over all types: missing as null, of arrays the least element ascending and the greatest
 * descending, an empty array before null. Strings compare by UTF-16 code unit (see `compareValues`). `0` for ties: break them by id. Keys through one and the same array are
 * taken each for itself. Throws `QueryError`. No allocation while comparing scalars.
 *
 * ```ts
 * cities.sort(compileSort<City>({ country: 1, population: -1 }))
 * ```
 */
export function compileSort<T extends object>(sort: Sort<NoInfer<T>>): (a: T, b: T) => number {
  return compileOrder(sort)
}

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
        query.filter = plainCopy(value, key, bounds) as Filter<T>
        compile(query.filter, bounds)
        break
      case 'sort':
        query.sort = plainCopy(record(value, key, bounds.sortKeys), key, bounds) as Sort<T>
        compileOrder(query.sort)
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

function record(input: unknown, path: string, most = Infinity): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return refuse(path, 'must be an object')
  if (Object.keys(input).length > most) refuse(path, `has more than ${most} keys`)
  return input as Record<string, unknown>
}

function count(input: unknown, path: string): number {
  return Number.isSafeInteger(input) && (input as number) >= 0 ? (input as number) : refuse(path, 'must be an integer of at least 0')
}

function names(input: unknown, path: string, most: number): string[] {
  if (!Array.isArray(input) || input.length > most) return refuse(path, `must be an array of at most ${most} names`)
  return input.map((name: unknown, i) => {
    if (typeof name !== 'string' || name.startsWith('$')) return refuse(`${path}.${i}`, 'must be the name of a field')
    checkName(name, `${path}.${i}`)
    return name
  })
}
