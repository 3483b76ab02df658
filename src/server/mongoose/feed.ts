import type { Model } from 'mongoose'
import type { Feed } from '../../streams/event.js'
import { fields } from '../../streams/operators/fields.js'
import {
  canonicalQuery,
  compileFilter,
  compileSort,
  type Filter,
  type FilterOptions,
  parseQuery,
  type Query,
  type QueryLimits,
} from '../../streams/query.js'
import type { CollectionFeeds } from './collection-feeds.js'
import type { Item } from './items.js'
import { SortedQueries } from './sorted-query.js'
import { discriminatorFilter, storeFilter } from './store-filter.js'
import { changeRootOf } from './watch.js'

/** Limits on a feed of a model. */
export interface ModelFeedOptions {
  /** The feed ends with `LimitError` when more rows match (before `skip` and `limit`). Default: none. */
  readonly maxRows?: number
}

/**
 * A model as a live feed. The key of an item is its `_id` as text; the item has neither `_id` nor `__v`, its ObjectIds are hexadecimal text,
 * everything else is as stored. On the embedded driver a subscription is complete when `subscribe` returns. The result of a query is held in memory once, however many
 * subscribe to it; windows in one order share the ordered rows. Unordered events, also with `sort`, which only decides what `skip` and `limit` leave out.
 *
 * On MongoDB (a replica set or sharded cluster, 5.0 or newer) it follows the database's change stream, and survives that the server goes away. Of collections whose
 * post-images the connection's user may not switch on, a commit can show half of a later transaction, until that comes.
 *
 * Errors: `QueryError` at once; through the feed what the store says (`StoreError` where it can't be followed), and `LimitError`. Cost: O(result) at the first subscription, then O(1) a
 * change and interested query, O(log n + limit) with a window.
 *
 * ```ts
 * modelFeed(Todo, { filter: { done: false } }).pipe(aggregate(countOf())).subscribe(console.log)
 * ```
 */
export function modelFeed<T extends object>(model: Model<T>, query: Query<NoInfer<T>> = {}, options: ModelFeedOptions = {}): Feed<T> {
  const { filter, sort, skip, limit, fields: names } = parseQuery<Item>(query, trusted)
  const home = collectionOf(model as unknown as Model<never>)
  const whole = both(discriminatorFilter(model as unknown as Model<never>), filter)
  compileFilter(whole, { allowRegExp: true })
  const maxRows = options.maxRows ?? Infinity
  let feed = home.feed(whole, maxRows)
  if (skip !== undefined || limit !== undefined) {
    const compare = sort === undefined ? () => 0 : compileSort<Item>(sort)
    const name = `${maxRows} ${canonicalQuery({ filter: whole, ...(sort && { sort }) })}`
    feed = sortedOf(home).feed(name, feed, compare, skip ?? 0, (skip ?? 0) + (limit ?? Infinity))
  }
  if (names !== undefined) feed = feed.pipe(fields(...names))
  return feed as Feed<never>
}

/** What a stranger sent has been judged by the channel's rules, and joined with a base filter that may be large. */
const trusted: QueryLimits & FilterOptions = {
  allowRegExp: true,
  depth: 64,
  values: Infinity,
  elements: Infinity,
  sortKeys: Infinity,
  sortParts: Infinity,
  fields: Infinity,
}

const sorted = new WeakMap<CollectionFeeds, SortedQueries>()

function sortedOf(home: CollectionFeeds): SortedQueries {
  let queries = sorted.get(home)
  if (queries === undefined) sorted.set(home, (queries = new SortedQueries()))
  return queries
}

function collectionOf(model: Model<never>): CollectionFeeds {
  return changeRootOf(model.db).collection(model.collection.collectionName, (filter) => storeFilter(model, filter))
}

function both(base: Filter<Item> | undefined, filter: Filter<Item> | undefined): Filter<Item> {
  if (base === undefined) return filter ?? {}
  return filter === undefined ? base : { $and: [base, filter] }
}
