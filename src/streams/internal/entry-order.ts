import type { Order } from '../operators/order-by.js'
import { compileSort, type Sort } from '../query.js'
import { byId, type Entry } from './position-tree.js'

/** Compares entries. */
export type EntryOrder = (a: Entry<unknown>, b: Entry<unknown>) => number

/** Entries in the order of their items, ties by id; by default by id. Throws `QueryError` for a bad sort. */
export function entryOrder<T>(order?: Order<T>): EntryOrder {
  if (!order) return byId
  const compare = typeof order === 'function' ? order : compileSort(order as Sort<Record<string, unknown>>)
  return (a, b) => compare(a.item as never, b.item as never) || byId(a, b)
}
