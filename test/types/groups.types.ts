import { expectTypeOf } from 'expect-type'
import { BehaviorSubject, map, type Observable } from 'rxjs'
import {
  aggregate,
  type Aggregator,
  asArray,
  avgOf,
  countOf,
  distinctBy,
  everyOf,
  type Feed,
  type Group,
  group,
  limitSize,
  maxOf,
  mergeEach,
  minOf,
  orderBy,
  type OrderedFeed,
  rekey,
  reverse,
  rollup,
  type RollupRow,
  select,
  selectEach,
  selectMany,
  someOf,
  stdDevOf,
  sumOf,
  top,
  where,
} from '../../src/streams/index.js'

interface City {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly population: number
  readonly area?: number
  readonly founded: Date
  readonly capital?: boolean
  readonly twins: readonly string[]
}
declare const feed: Feed<City>
declare const ordered: OrderedFeed<City>

// Keys and groups: the fields that fit, or what a function reads.
expectTypeOf(feed.pipe(rekey('name'))).toEqualTypeOf<Feed<City>>()
expectTypeOf(ordered.pipe(rekey((city) => city.country, { resolve: (cities, id) => ({ ...cities[0]!, id }) }))).toEqualTypeOf<Feed<City>>()
// @ts-expect-error a key is a string
feed.pipe(rekey('population'))
// @ts-expect-error a key is a string, always
feed.pipe(rekey((city) => city.area))
expectTypeOf(feed.pipe(distinctBy('twins'))).toEqualTypeOf<Feed<City>>()
expectTypeOf(feed.pipe(distinctBy('country', { order: { population: -1 } }))).toEqualTypeOf<Feed<City>>()
expectTypeOf(feed.pipe(distinctBy((city) => city.name[0], { order: (a, b) => a.population - b.population }))).toEqualTypeOf<Feed<City>>()
// @ts-expect-error there is no such field
feed.pipe(distinctBy('nation'))
// @ts-expect-error there is no such field to order by
feed.pipe(distinctBy('country', { order: { size: 1 } }))
expectTypeOf(feed.pipe(group('country'))).toEqualTypeOf<Feed<Group<City>>>()
expectTypeOf(ordered.pipe(group((city) => city.area))).toEqualTypeOf<Feed<Group<City>>>()
// @ts-expect-error a list is no key
feed.pipe(group('twins'))
// @ts-expect-error a date has more than one text
feed.pipe(group('founded'))
expectTypeOf(
  feed.pipe(
    group('country'),
    mergeEach((each) => each.feed),
  ),
).toEqualTypeOf<Feed<City>>()

// Many of one.
expectTypeOf(feed.pipe(selectMany((city) => city.twins))).toEqualTypeOf<Feed<string>>()
expectTypeOf(feed.pipe(selectMany((city, id) => [{ id, of: city.name }], { key: (child) => child.of }))).toEqualTypeOf<
  Feed<{ id: string; of: string }>
>()
// @ts-expect-error a number isn't many
feed.pipe(selectMany((city) => city.population))

// Order.
expectTypeOf(ordered.pipe(top(3), reverse())).toEqualTypeOf<OrderedFeed<City>>()
expectTypeOf(ordered.pipe(top(new BehaviorSubject(3)))).toEqualTypeOf<OrderedFeed<City>>()
expectTypeOf(feed.pipe(limitSize(3, { population: -1 }))).toEqualTypeOf<Feed<City>>()
expectTypeOf(feed.pipe(limitSize(new BehaviorSubject(3), (a, b) => a.population - b.population))).toEqualTypeOf<Feed<City>>()
// @ts-expect-error there is no order to reverse
feed.pipe(reverse())
// @ts-expect-error there is no top without an order
feed.pipe(top(3))
// @ts-expect-error there is no such field
feed.pipe(limitSize(3, { size: 1 }))

// Aggregators, as one value, as a record and in rollups.
expectTypeOf(feed.pipe(aggregate(avgOf('area')))).toEqualTypeOf<Observable<number | undefined>>()
expectTypeOf(feed.pipe(aggregate(minOf('founded')))).toEqualTypeOf<Observable<Date | undefined>>()
expectTypeOf(feed.pipe(aggregate(maxOf((city) => city.name)))).toEqualTypeOf<Observable<string | undefined>>()
expectTypeOf(feed.pipe(aggregate(everyOf('capital')))).toEqualTypeOf<Observable<boolean>>()
expectTypeOf(
  feed.pipe(aggregate({ area: sumOf('area'), first: minOf('founded'), last: maxOf('area'), some: someOf((city) => city.population > 1) })),
).toEqualTypeOf<
  Observable<{ readonly area: number; readonly first: Date | undefined; readonly last: number | undefined; readonly some: boolean }>
>()
expectTypeOf(feed.pipe(rollup('country', { n: countOf(), spread: stdDevOf('population', { sample: true }) }))).toEqualTypeOf<
  Feed<RollupRow<{ n: Aggregator<unknown, number>; spread: Aggregator<City, number | undefined> }>>
>()
expectTypeOf(sumOf<City>('area')).toEqualTypeOf<Aggregator<City, number>>()
expectTypeOf(minOf((city: City) => city.founded)).toEqualTypeOf<Aggregator<City, Date | undefined>>()
// @ts-expect-error a text isn't summed
feed.pipe(aggregate(sumOf('name')))
// @ts-expect-error a text isn't summed, in a record either
feed.pipe(aggregate({ sum: sumOf('name') }))
// @ts-expect-error no truth is the least
feed.pipe(aggregate(minOf('capital')))
// @ts-expect-error a list isn't true or false
feed.pipe(rollup('country', { every: everyOf('twins') }))
// @ts-expect-error there is no such field
feed.pipe(rollup('country', { least: minOf('size') }))
// @ts-expect-error a list is no key
feed.pipe(rollup('twins', { n: countOf() }))

// Long pipes infer without annotations.
expectTypeOf(
  feed.pipe(
    where({ population: { $gte: 1000 } }),
    distinctBy('name', { order: { population: -1 } }),
    rekey((city) => `${city.country}/${city.name}`),
    rollup('country', { cities: countOf(), people: sumOf('population'), oldest: minOf('founded') }),
    where((row) => row.cities > 1),
    orderBy({ people: -1 }),
    top(10),
    select(({ key, people, oldest }) => ({ label: `${key}: ${String(people)}`, since: oldest?.getFullYear() })),
    asArray(),
  ),
).toEqualTypeOf<Observable<readonly { label: string; since: number | undefined }[]>>()
expectTypeOf(
  feed.pipe(
    group('country'),
    selectEach(({ key, feed }) =>
      feed.pipe(
        aggregate({ n: countOf(), people: sumOf('population') }),
        map(({ n, people }) => ({ key, mean: people / n })),
      ),
    ),
    orderBy({ mean: -1 }),
  ),
).toEqualTypeOf<OrderedFeed<{ key: string; mean: number }>>()
