import { expectTypeOf } from 'expect-type'
import { BehaviorSubject, filter, type Observable } from 'rxjs'
import {
  aggregate,
  asArray,
  asMap,
  conflate,
  countOf,
  diff,
  type Feed,
  fields,
  type FeedNode,
  item,
  type ItemOf,
  orderBy,
  type OrderedFeed,
  query,
  select,
  shareFeed,
  slice,
  Source,
  sumOf,
  union,
  where,
} from '../../src/streams/index.js'

interface City {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly population: number
  readonly capital?: boolean
}
declare const cities: Source<City>
declare const feed: Feed<City>
declare const ordered: OrderedFeed<City>
declare const node: FeedNode<City>

// A source gives a feed of its items; the item type comes back out of a feed.
expectTypeOf(cities.feed).toEqualTypeOf<Feed<City>>()
expectTypeOf<ItemOf<typeof feed>>().toEqualTypeOf<City>()
expectTypeOf<ItemOf<typeof ordered>>().toEqualTypeOf<City>()
expectTypeOf(node.feed({ filter: { country: 'DE' } })).toEqualTypeOf<Feed<City>>()
new Source({ key: (city: City) => city.id, initial: [] as City[] }).publish({ id: '', name: '', country: '', population: 1 })

// A filter does not narrow the item type, and is checked against it.
expectTypeOf(feed.pipe(where({ country: 'DE' }))).toEqualTypeOf<Feed<City>>()
expectTypeOf(feed.pipe(where((city) => city.population > 1))).toEqualTypeOf<Feed<City>>()
// @ts-expect-error there is no such field
feed.pipe(where({ nation: 'DE' }))
// @ts-expect-error a number is not compared with a text
feed.pipe(where({ population: { $gt: 'many' } }))
// @ts-expect-error there is no such field
feed.pipe(orderBy({ size: 1 }))
// @ts-expect-error an item has no such field
feed.pipe(where((city) => city.nation === 'DE'))

// Order is made by orderBy, kept by select and fields, and dropped by where and union.
expectTypeOf(feed.pipe(orderBy({ population: -1 }))).toEqualTypeOf<OrderedFeed<City>>()
expectTypeOf(ordered.pipe(slice({ limit: 3 }))).toEqualTypeOf<OrderedFeed<City>>()
expectTypeOf(ordered.pipe(select((city) => city.name))).toEqualTypeOf<OrderedFeed<string>>()
expectTypeOf(feed.pipe(select((city, id) => id + city.name))).toEqualTypeOf<Feed<string>>()
expectTypeOf(ordered.pipe(fields('name', 'population'))).toEqualTypeOf<OrderedFeed<Pick<City, 'name' | 'population'>>>()
expectTypeOf(ordered.pipe(where({ country: 'DE' }))).toEqualTypeOf<Feed<City>>()
expectTypeOf(union(feed, ordered)).toEqualTypeOf<Feed<City>>()
expectTypeOf(ordered.pipe(shareFeed())).toEqualTypeOf<OrderedFeed<City>>()
// @ts-expect-error a slice needs an order
feed.pipe(slice({ limit: 3 }))
// @ts-expect-error there is no such field
feed.pipe(fields('nation'))

// Observables as parameters.
const condition = new BehaviorSubject({ country: 'DE' })
expectTypeOf(feed.pipe(where(condition))).toEqualTypeOf<Feed<City>>()
expectTypeOf(ordered.pipe(slice(new BehaviorSubject({ skip: 1 })))).toEqualTypeOf<OrderedFeed<City>>()

// Values.
expectTypeOf(feed.pipe(aggregate(countOf()))).toEqualTypeOf<Observable<number>>()
expectTypeOf(feed.pipe(aggregate({ n: countOf(), people: sumOf('population') }))).toEqualTypeOf<
  Observable<{ readonly n: number; readonly people: number }>
>()
expectTypeOf(feed.pipe(aggregate(sumOf((city) => city.population)))).toEqualTypeOf<Observable<number>>()
expectTypeOf(feed.pipe(item('a'))).toEqualTypeOf<Observable<City | undefined>>()
expectTypeOf(ordered.pipe(asArray())).toEqualTypeOf<Observable<readonly City[]>>()
expectTypeOf(feed.pipe(asMap())).toEqualTypeOf<Observable<ReadonlyMap<string, City>>>()
// @ts-expect-error there is no such field
feed.pipe(aggregate(sumOf('size')))

// Long pipes infer without annotations.
expectTypeOf(
  cities.feed.pipe(
    where({ population: { $gte: 1000 } }),
    diff(),
    conflate(10),
    select((city) => ({ ...city, crowded: city.population > 1e6 })),
    where((city) => city.crowded),
    orderBy({ population: -1, name: 1 }),
    slice({ limit: 10 }),
    select((city) => ({ label: `${city.name} (${city.country})` })),
    asArray(),
  ),
).toEqualTypeOf<Observable<readonly { label: string }[]>>()
expectTypeOf(feed.pipe(query({ filter: { country: 'DE' }, sort: { name: 1 }, limit: 5 }))).toEqualTypeOf<OrderedFeed<City>>()

// rxjs's operators take a feed as the Observable that it is.
feed.pipe(filter((event) => event.type !== 'commit'))

// A query that sorts gives an ordered feed.
expectTypeOf(feed.pipe(query({ filter: { country: 'DE' }, sort: { population: -1 } }), slice({ limit: 1 }))).toEqualTypeOf<
  OrderedFeed<City>
>()
expectTypeOf(feed.pipe(query({ filter: { country: 'DE' } }))).toEqualTypeOf<Feed<City>>()
// @ts-expect-error there is no such field
feed.pipe(query({ sort: { size: 1 } }))
