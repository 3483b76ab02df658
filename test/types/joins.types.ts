import { expectTypeOf } from 'expect-type'
import type { Observable } from 'rxjs'
import {
  aggregate,
  antiJoin,
  asArray,
  countOf,
  type Feed,
  fullJoin,
  join,
  leftJoin,
  orderBy,
  type OrderedFeed,
  related,
  rightJoin,
  select,
  semiJoin,
  tree,
  type TreeNode,
  where,
} from '../../src/streams/index.js'

interface City {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly population: number
  readonly mayor?: string
  readonly part?: string | null
  readonly tags: readonly string[]
}
interface Country {
  readonly code: string
  readonly title: string
  readonly area: number
  readonly kind: 'republic' | 'kingdom'
}
declare const cities: Feed<City>
declare const ordered: OrderedFeed<City>
declare const countries: Feed<Country>

// Rows by default, of fields and of functions.
expectTypeOf(cities.pipe(join(countries, { left: 'country', right: 'code' }))).toEqualTypeOf<
  Feed<{ readonly left: City; readonly right: Country }>
>()
expectTypeOf(ordered.pipe(leftJoin(countries, { left: 'mayor', right: (country) => country.code }))).toEqualTypeOf<
  Feed<{ readonly left: City; readonly right: Country | undefined }>
>()
expectTypeOf(cities.pipe(rightJoin(countries, { left: ({ country }) => country, right: 'code' }))).toEqualTypeOf<
  Feed<{ readonly left: City | undefined; readonly right: Country }>
>()
expectTypeOf(cities.pipe(fullJoin(countries, { left: (city, id) => city.mayor ?? id, right: (_, id) => id }))).toEqualTypeOf<
  Feed<{ readonly left: City | undefined; readonly right: Country | undefined }>
>()
expectTypeOf(cities.pipe(semiJoin(countries, { left: 'country', right: 'code' }))).toEqualTypeOf<Feed<City>>()
expectTypeOf(cities.pipe(antiJoin(countries, { left: 'population', right: 'area' }))).toEqualTypeOf<Feed<City>>()

// What `select` gets, and makes.
cities.pipe(
  join(countries, {
    left: 'country',
    right: 'code',
    select: (city, country, cityId, countryId) => {
      expectTypeOf(city).toEqualTypeOf<City>()
      expectTypeOf(country).toEqualTypeOf<Country>()
      expectTypeOf(cityId).toEqualTypeOf<string>()
      expectTypeOf(countryId).toEqualTypeOf<string>()
      return 1
    },
  }),
)
cities.pipe(
  fullJoin(countries, {
    left: 'country',
    right: 'code',
    select: (city, country, cityId, countryId) => {
      expectTypeOf(city).toEqualTypeOf<City | undefined>()
      expectTypeOf(country).toEqualTypeOf<Country | undefined>()
      expectTypeOf(cityId).toEqualTypeOf<string | undefined>()
      expectTypeOf(countryId).toEqualTypeOf<string | undefined>()
      return 1
    },
  }),
)
expectTypeOf(
  cities.pipe(
    leftJoin(countries, { left: 'country', right: 'code', select: (city, country) => ({ name: city.name, area: country?.area }) }),
  ),
).toEqualTypeOf<Feed<{ name: string; area: number | undefined }>>()

// Fields that are not there, that are no keys, or whose keys can't be equal.
// @ts-expect-error there is no such field on the left
cities.pipe(join(countries, { left: 'nation', right: 'code' }))
// @ts-expect-error there is no such field on the right
cities.pipe(join(countries, { left: 'country', right: 'nation' }))
// @ts-expect-error an array is no key
cities.pipe(leftJoin(countries, { left: 'tags', right: 'code' }))
// @ts-expect-error a text never equals a number
cities.pipe(fullJoin(countries, { left: 'country', right: 'area' }))
// @ts-expect-error a number never equals a text
cities.pipe(semiJoin(countries, { left: (city) => city.population, right: 'code' }))
// @ts-expect-error a text never equals a number, read by functions too
cities.pipe(antiJoin(countries, { left: (city) => city.country, right: (country) => country.area }))
// @ts-expect-error no country is of that kind
cities.pipe(semiJoin(countries, { left: () => 'city' as const, right: 'kind' }))
cities.pipe(semiJoin(countries, { left: 'name', right: 'kind' }))
// @ts-expect-error an item has no such field
cities.pipe(join(countries, { left: (city) => city.nation, right: 'code' }))
// @ts-expect-error a row may have no right item
cities.pipe(leftJoin(countries, { left: 'country', right: 'code', select: (_, country) => country.area }))
// @ts-expect-error both sides are asked for
cities.pipe(join(countries, { left: 'country' }))

// Parents with their children.
expectTypeOf(countries.pipe(related(cities, { left: 'code', right: 'country', order: { population: -1 } }))).toEqualTypeOf<
  Feed<Country & { readonly children: readonly City[] }>
>()
expectTypeOf(countries.pipe(related(cities, { right: 'country', order: (x, y) => x.population - y.population }))).toEqualTypeOf<
  Feed<Country & { readonly children: readonly City[] }>
>()
expectTypeOf(
  countries.pipe(related(cities, { right: 'country', select: (country, all, id) => ({ id, title: country.title, cities: all.length }) })),
).toEqualTypeOf<Feed<{ id: string; title: string; cities: number }>>()
// @ts-expect-error there is no such field
countries.pipe(related(cities, { left: 'code', right: 'nation' }))
// @ts-expect-error an id never equals a number
countries.pipe(related(cities, { right: 'population' }))
// @ts-expect-error there is no such field to order by
countries.pipe(related(cities, { right: 'country', order: { size: 1 } }))

// Trees.
expectTypeOf(cities.pipe(tree('part', { order: { name: 1 } }))).toEqualTypeOf<Feed<TreeNode<City>>>()
expectTypeOf(cities.pipe(tree((city) => city.mayor))).toEqualTypeOf<Feed<TreeNode<City>>>()
// @ts-expect-error there is no such field
cities.pipe(tree('parent'))
// @ts-expect-error a number is no id
cities.pipe(tree('population'))
// @ts-expect-error there is no such field to order by
cities.pipe(tree('part', { order: { size: 1 } }))

// Long pipes infer without annotations.
expectTypeOf(
  cities.pipe(
    where({ population: { $gt: 1000 } }),
    join(countries, { left: 'country', right: 'code', select: (city, country) => ({ ...city, title: country.title }) }),
    where({ title: { $ne: '' } }),
    leftJoin(countries, { left: 'title', right: 'title' }),
    select(({ left, right }) => ({ title: left.title, area: right?.area ?? 0 })),
    semiJoin(cities, { left: 'title', right: 'name' }),
    orderBy({ area: -1 }),
    asArray(),
  ),
).toEqualTypeOf<Observable<readonly { title: string; area: number }[]>>()
expectTypeOf(
  countries.pipe(
    related(cities.pipe(tree('part')), { left: 'title', right: ({ item }) => item.country }),
    where((country) => country.children.length > 0),
    aggregate(countOf()),
  ),
).toEqualTypeOf<Observable<number>>()
