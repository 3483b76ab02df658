import type { Filter } from '../../streams/query.js'
import { equalityOf } from '../../streams/query.js'

type Item = Readonly<Record<string, unknown>>

/** Values that an index can look up by identity of their text; for others the query is asked about every item. */
function slot(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return `s${value}`
    case 'number':
      return `n${value}`
    case 'boolean':
      return `b${value}`
    default:
      return undefined
  }
}

/**
 * Finds the queries that an item could match, by an index of what they demand to be equal, instead of asking each.
 * Every query sits under one field: the one with the fewest values. O(indexed fields + candidates) an item.
 */
export class Router<Q> {
  private readonly unindexed = new Set<Q>()
  private readonly fields = new Map<string, Map<string, Set<Q>>>()
  private readonly places = new Map<Q, { readonly field: string; readonly slots: readonly string[] } | undefined>()

  get size(): number {
    return this.places.size
  }

  add(query: Q, filter: Filter<Item> | undefined): void {
    const place = filter === undefined ? undefined : placeOf(filter)
    this.places.set(query, place)
    if (place === undefined) {
      this.unindexed.add(query)
      return
    }
    let index = this.fields.get(place.field)
    if (index === undefined) this.fields.set(place.field, (index = new Map<string, Set<Q>>()))
    for (const key of place.slots) {
      const queries = index.get(key)
      if (queries === undefined) index.set(key, new Set([query]))
      else queries.add(query)
    }
  }

  delete(query: Q): void {
    const place = this.places.get(query)
    this.places.delete(query)
    this.unindexed.delete(query)
    if (place === undefined) return
    const index = this.fields.get(place.field)!
    for (const key of place.slots) {
      const queries = index.get(key)
      queries?.delete(query)
      if (queries?.size === 0) index.delete(key)
    }
    if (index.size === 0) this.fields.delete(place.field)
  }

  /** Adds to `found` every query that `item` could match; some that it doesn't are among them. */
  candidates(item: Item, found: Set<Q>): void {
    for (const query of this.unindexed) found.add(query)
    for (const [field, index] of this.fields) {
      const value = item[field]
      const key = slot(value)
      if (key !== undefined) addAll(index.get(key), found)
      // Arrays match by their elements, and numbers of other types than `number` by their value: rare enough to ask everybody.
      else if (typeof value === 'object' || typeof value === 'bigint') for (const queries of index.values()) addAll(queries, found)
    }
  }
}

function addAll<Q>(queries: ReadonlySet<Q> | undefined, found: Set<Q>): void {
  if (queries !== undefined) for (const query of queries) found.add(query)
}

function placeOf(filter: Filter<Item>): { field: string; slots: string[] } | undefined {
  let best: { field: string; slots: string[] } | undefined
  for (const [field, values] of equalityOf(filter)) {
    if (field.includes('.') || (best !== undefined && best.slots.length <= values.length)) continue
    const slots = values.map(slot)
    if (!slots.includes(undefined)) best = { field, slots: slots as string[] }
  }
  return best
}
