import type { Filter, Sort } from './internal/filter-type.js'

export { canonicalQuery, queryHash, type AnyQuery } from './internal/canonical.js'
export { equalValues } from './internal/equal-values.js'
export { compileFilter } from './internal/filter-compiler.js'
export { equalityOf, filterFields } from './internal/filter-fields.js'
export { parseQuery, type QueryLimits } from './internal/parse-query.js'
export { compileSort } from './internal/sort-compiler.js'
export { compareValues } from './internal/value-order.js'
export type { Filter, Sort } from './internal/filter-type.js'
export type { FilterOptions } from './internal/plain.js'

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
