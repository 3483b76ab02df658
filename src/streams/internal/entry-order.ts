import type { Comparator, Order } from '../operators/order-by.js'
import { compileSort, type Sort } from '../query.js'
import { byId, type Entry } from './position-tree.js'

/** Entries in the order of their items, ties by id; by default by id. Throws `QueryError` for a bad sort. */
export function entryOrder<T>(order?: Order<T>): (a: Entry<T>, b: Entry<T>) => number {
  if (order === undefined) return byId
  const compare = (typeof order === 'function' ? order : compileSort(order as Sort<Record<string, unknown>>)) as Comparator<T>
  return (a, b) => compare(a.item, b.item) || byId(a, b)
}
