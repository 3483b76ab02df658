import type { OperatorFunction, Subscriber } from 'rxjs'
import type { Feed, FeedEvent, OrderedFeed } from '../event.js'
import { operate } from '../internal/operator.js'
import { parseQuery, type Query } from '../query.js'
import { picker, sameFields } from './fields.js'
import { orderBy } from './order-by.js'
import { SelectSubscriber } from './select.js'
import { slice } from './slice.js'
import { where } from './where.js'

/**
 * What a node's feed does with its `Query`, on any feed: filter, sort, skip, limit and fields, in this order. With `skip` or
 * `limit` but no sort, the order of the keys decides. A sorted result is an ordered feed.
 *
 * Cost: that of `where`, `orderBy`, `slice` and `fields`, as far as the query needs them. Errors: `QueryError` at once.
 *
 * ```ts
 * cities.pipe(query({ filter: { country: 'DE' }, sort: { population: -1 }, limit: 20 }))
 * ```
 */
export function query<T extends object>(spec: Query<NoInfer<T>>): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  const { filter, sort, skip, limit, fields: names } = parseQuery(spec) as Query<T>
  const selected: OperatorFunction<FeedEvent<T>, FeedEvent<T>> = filter === undefined ? (feed) => feed : where<T>(filter)
  const ordered: OperatorFunction<FeedEvent<T>, FeedEvent<T>> = sort === undefined && skip === undefined && limit === undefined
    ? (feed) => feed
    : orderBy<T>(sort ?? (() => 0))
  const window: (feed: Feed<T>) => Feed<T> =
    skip === undefined && limit === undefined
      ? (feed) => feed
      : (feed) => slice<T>({ ...(skip !== undefined && { skip }), ...(limit !== undefined && { limit }) })(feed as OrderedFeed<T>)
  return (feed) => project(window(ordered(selected(feed))), names)
}

function project<T extends object>(feed: Feed<T>, names: readonly string[] | undefined): Feed<T> {
  if (names === undefined) return feed
  const pick = picker<T>(names)
  const same = sameFields(names)
  return operate(feed, (out: Subscriber<FeedEvent<T>>) => new SelectSubscriber<T, T>(out, pick, false, 'fields', same))
}
