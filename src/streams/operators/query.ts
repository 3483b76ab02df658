import type { OperatorFunction } from 'rxjs'
import type { Feed, FeedEvent, OrderedEvent } from '../event.js'
import type { Query, Sort } from '../query.js'
import { fields } from './fields.js'
import { orderBy } from './order-by.js'
import { slice } from './slice.js'
import { where } from './where.js'

/**
 * What a node's feed does with its `Query`, on any feed: filter, sort, skip, limit and fields, in this order. With `skip` or
 * `limit` but no sort, the order of the keys decides. A sorted result is an ordered feed.
 *
 * Cost: that of `where`, `orderBy`, `slice` and `fields`, as far as the query needs them. Errors: `QueryError` at once, `ArgumentError` for numbers that are none.
 *
 * ```ts
 * cities.pipe(query({ filter: { country: 'DE' }, sort: { population: -1 }, limit: 20 }))
 * ```
 */
export function query<T extends object>(
  spec: Query<NoInfer<T>> & { readonly sort: Sort<NoInfer<T>> },
): OperatorFunction<FeedEvent<T>, OrderedEvent<T>>
export function query<T extends object>(spec: Query<NoInfer<T>>): OperatorFunction<FeedEvent<T>, FeedEvent<T>>
export function query<T extends object>(spec: Query<NoInfer<T>>): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  const { filter, sort, skip = 0, limit = Infinity, fields: names } = spec as Query<T>
  const windowed = skip !== 0 || limit !== Infinity
  const steps = [
    filter !== undefined && where<T>(filter),
    (sort ?? windowed) && orderBy<T>(sort ?? (() => 0)),
    windowed && slice<T>({ skip, limit }),
    names && fields<FeedEvent<T>, never>(...(names as never[])),
  ] as readonly (false | undefined | ((feed: Feed<T>) => Feed<T>))[]
  return (feed) => steps.reduce((input, step) => (step ? step(input) : input), feed)
}
