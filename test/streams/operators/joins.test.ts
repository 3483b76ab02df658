import assert from 'node:assert/strict'
import { BehaviorSubject, NEVER, switchAll, throwError } from 'rxjs'
import {
  antiJoin,
  asArray,
  type Feed,
  feedOf,
  fullJoin,
  join,
  leftJoin,
  OperatorError,
  orderBy,
  rightJoin,
  select,
  semiJoin,
  Source,
  where,
} from '../../../src/streams/index.js'
import { equalValues } from '../../../src/streams/query.js'
import { checkLaws, feedMarbles, marble } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface City {
  readonly id: string
  readonly country?: string | null
}
interface Country {
  readonly id: string
  readonly code?: string | null
}
const city = (id: string, country?: string | null): City => (country === undefined ? { id } : { id, country })
const country = (id: string, code: string | null = id): Country => ({ id, code })
const keys = { left: 'country', right: 'code' } as const

/** Cities b and k are in de, p in fr, x in none; countries de and fr, and it without a city. */
function world(): { cities: Source<City>; countries: Source<Country> } {
  const initial = [city('b', 'de'), city('k', 'de'), city('p', 'fr'), city('x', null)]
  return {
    cities: new Source<City>({ key: ({ id }) => id, initial }),
    countries: new Source<Country>({ key: ({ id }) => id, initial: [country('de'), country('fr'), country('it')] }),
  }
}
type World = ReturnType<typeof world>
type Make = (world: World) => Feed<unknown>

/** What is sent at first, and then for a write. */
function sends(make: Make, write?: (world: World) => void): string {
  const given = world()
  const recorder = record(make(given).pipe(checkLaws({ same: equalValues })))
  if (write === undefined) return recorder.take()
  recorder.take()
  write(given)
  return recorder.take()
}

const inner: Make = ({ cities, countries }) => cities.feed.pipe(join(countries.feed, { ...keys, select: (a, b) => `${a.id}${b.id}` }))
const left: Make = ({ cities, countries }) => cities.feed.pipe(leftJoin(countries.feed, { ...keys, select: (a, b) => `${a.id}${b?.id}` }))
const right: Make = ({ cities, countries }) => cities.feed.pipe(rightJoin(countries.feed, { ...keys, select: (a, b) => `${a?.id}${b.id}` }))
const full: Make = ({ cities, countries }) => cities.feed.pipe(fullJoin(countries.feed, { ...keys, select: (a, b) => `${a?.id}${b?.id}` }))
const semi: Make = ({ cities, countries }) => countries.feed.pipe(semiJoin(cities.feed, { left: 'code', right: 'country' }))
const anti: Make = ({ cities, countries }) => countries.feed.pipe(antiJoin(cities.feed, { left: 'code', right: 'country' }))
const rows: Make = ({ cities, countries }) => cities.feed.pipe(join(countries.feed, keys))

describe('joins', () => {
  const table: readonly (readonly [string, Make, ((world: World) => void) | undefined, string])[] = [
    ['join has a row for each two that match', inner, undefined, 'R +["b","de"] +["k","de"] +["p","fr"] .'],
    ['leftJoin has the unmatched left ones too', left, undefined, 'R +["b","de"] +["k","de"] +["p","fr"] +["x",null] .'],
    ['rightJoin has the unmatched right ones too', right, undefined, 'R +[null,"it"] +["b","de"] +["k","de"] +["p","fr"] .'],
    ['fullJoin has all of them', full, undefined, 'R +[null,"it"] +["b","de"] +["k","de"] +["p","fr"] +["x",null] .'],
    ['semiJoin has the left ones that match, once', semi, undefined, 'R +de +fr .'],
    ['antiJoin has the left ones that do not', anti, undefined, 'R +it .'],
    ['a key that comes makes its rows', inner, (w) => w.countries.publish(country('germany', 'de')), '+["b","germany"] +["k","germany"] .'],
    ['a key that goes takes its rows', inner, (w) => w.countries.retract('de'), '-["b","de"] -["k","de"] .'],
    ['a foreign key that changes moves its row', inner, (w) => w.cities.publish(city('b', 'fr')), '-["b","de"] +["b","fr"] .'],
    [
      'a key that changes moves all its rows',
      inner,
      (w) => w.countries.publish(country('fr', 'de')),
      '-["p","fr"] +["b","fr"] +["k","fr"] .',
    ],
    [
      'a change shows in the rows',
      rows,
      (w) => w.countries.edit((tx) => tx.publish({ id: 'de', code: 'de' })),
      '~["b","de"] ~["k","de"] .',
    ],
    ['a change that no row shows is not sent', inner, (w) => w.countries.publish({ id: 'de', code: 'de' }), ''],
    ['null matches nothing', inner, (w) => w.countries.publish(country('none', null)), ''],
    ['undefined matches nothing', inner, (w) => (w.cities.publish(city('x')), w.countries.publish({ id: 'none' })), ''],
    ['null is unmatched', full, (w) => w.countries.publish(country('none', null)), '+[null,"none"] .'],
    ['null to undefined is a change', full, (w) => w.cities.publish(city('x')), ''],
    ['leftJoin: the first match takes the place of none', left, (w) => w.cities.publish(city('x', 'it')), '-["x",null] +["x","it"] .'],
    ['leftJoin: the last match leaves none', left, (w) => w.countries.retract('fr'), '-["p","fr"] +["p",null] .'],
    ['rightJoin: the first match takes the place of none', right, (w) => w.cities.publish(city('r', 'it')), '+["r","it"] -[null,"it"] .'],
    ['rightJoin: the last match leaves none', right, (w) => w.cities.retract('p'), '-["p","fr"] +[null,"fr"] .'],
    [
      'fullJoin: a match that moves leaves two unmatched',
      full,
      (w) => w.cities.publish(city('p', 'es')),
      '-["p","fr"] +[null,"fr"] +["p",null] .',
    ],
    ['semiJoin: another match is no news', semi, (w) => w.cities.publish(city('m', 'de')), ''],
    ['semiJoin: one match of two that goes is no news', semi, (w) => w.cities.retract('b'), ''],
    ['semiJoin: the last match that goes is', semi, (w) => w.cities.retract('p'), '-fr .'],
    ['semiJoin: the first match is', semi, (w) => w.cities.publish(city('r', 'it')), '+it .'],
    ['semiJoin: a match for a match is no news', semi, (w) => w.cities.edit((tx) => (tx.retract('p'), tx.publish(city('m', 'fr')))), ''],
    ['semiJoin passes changes on', semi, (w) => w.countries.publish({ ...country('de') }), '~de .'],
    ['antiJoin: the last match that goes is news', anti, (w) => w.cities.retract('p'), '+fr .'],
    ['antiJoin: the first match is', anti, (w) => w.cities.publish(city('r', 'it')), '-it .'],
    ['antiJoin has those without a key', anti, (w) => w.countries.publish(country('none', null)), '+none .'],
    [
      'a turn sends one event a row',
      rows,
      (w) => w.cities.edit((tx) => (tx.publish(city('b', 'fr')), tx.publish(city('b', 'de')))),
      '~["b","de"] .',
    ],
    ['what comes and goes in a turn is not seen', left, (w) => w.cities.edit((tx) => (tx.publish(city('r', 'it')), tx.retract('r'))), ''],
  ]
  for (const [name, make, write, expected] of table) it(name, () => assert.equal(sends(make, write), expected))

  it('is aligned with its inputs: a diamond gives one commit', () => {
    const { cities } = world()
    const pairs = cities.feed.pipe(where((each) => each.country !== 'fr'))
    const recorder = record(
      cities.feed.pipe(
        join(pairs, { left: 'country', right: 'country', select: (a, b) => `${a.id}${b.id}` }),
        checkLaws({ same: equalValues }),
      ),
    )
    recorder.take()
    cities.publish(city('k', 'es'))
    assert.equal(recorder.take(), '-["k","b"] -["b","k"] .')
  })

  it('joins by the id where the item does not have it', () => {
    const { cities, countries } = world()
    const named = countries.feed.pipe(select(({ code }) => ({ name: code })))
    const recorder = record(cities.feed.pipe(join(named, { left: 'country', right: (_, id) => id })))
    assert.equal(recorder.take(), 'R +["b","de"] +["k","de"] +["p","fr"] .')
  })

  it('tells keys of several types apart', () => {
    const numbers = new Source<{ readonly k: number | bigint | boolean }>({
      key: ({ k }) => `${typeof k}${k}`,
      initial: [{ k: 1 }, { k: 1n }, { k: true }],
    })
    const texts = new Source<{ readonly k: string | number }>({ key: ({ k }) => String(k), initial: [{ k: '1' }, { k: 'true' }, { k: 2 }] })
    assert.equal(record(numbers.feed.pipe(join(texts.feed, { left: 'k', right: 'k' }))).take(), 'R .')
  })

  it('has keys that any ids keep apart', () => {
    const odd = new Source<{ readonly id: string }>({
      key: ({ id }) => id,
      initial: ['a","b', 'a', '', '["a",null]'].map((id) => ({ id })),
    })
    const ids: string[] = []
    odd.feed.pipe(fullJoin(odd.feed, { left: () => 0, right: () => 0 })).subscribe((event) => {
      if (event.type === 'publish') ids.push(event.id)
    })
    assert.equal(new Set(ids).size, 16)
  })

  it('takes a reset of one input as the difference', () => {
    const { cities, countries } = world()
    const after = feedOf([city('b', 'fr'), city('p', 'fr')], ({ id }) => id)
    const feeds = new BehaviorSubject(cities.feed)
    const recorder = record(feeds.pipe(switchAll(), join(countries.feed, keys), checkLaws({ same: equalValues })))
    recorder.take()
    feeds.next(cities.feed)
    assert.equal(recorder.take(), '')
    feeds.next(after)
    assert.equal(recorder.take(), '-["b","de"] -["k","de"] +["b","fr"] ~["p","fr"] .')
  })

  it(
    'waits for both feeds, completes with the last, and ends with the first error',
    feedMarbles(({ feed, expectFeed }) => {
      const [a, b] = [{ id: 'a' }, { id: 'b' }]
      const values = { a: marble.add(a), b: marble.add(b) }
      const cities = feed<{ id: string }>('  (Ra.)--|', values)
      const others = feed<{ id: string }>('  -------(Rab.)----|', values)
      expectFeed(cities.pipe(semiJoin(others, { left: 'id', right: 'id' })), '-------(Ra.)-----|', values)
      expectFeed(cities.pipe(semiJoin(NEVER as Feed<{ id: string }>, { left: 'id', right: 'id' })), '-', values, '---!')
    }),
  )

  it('ends with the error of either feed', () => {
    const failing = throwError(() => new RangeError('x')) as Feed<Country>
    const recorder = record(world().cities.feed.pipe(join(failing, keys)))
    assert.ok(recorder.take() === '!' && recorder.errors[0] instanceof RangeError)
  })

  const throwing = (): string => {
    throw new Error('mine')
  }
  const failures: readonly (readonly [operator: string, id: string, make: Make])[] = [
    ['join', 'b', (w) => w.cities.feed.pipe(join(w.countries.feed, { left: throwing, right: 'code' }))],
    ['leftJoin', 'de', (w) => w.cities.feed.pipe(leftJoin(w.countries.feed, { left: 'country', right: throwing }))],
    ['rightJoin', '[null,"de"]', (w) => w.cities.feed.pipe(rightJoin(w.countries.feed, { ...keys, select: throwing }))],
    ['fullJoin', '[null,"de"]', (w) => w.cities.feed.pipe(fullJoin(w.countries.feed, { ...keys, select: throwing }))],
    ['semiJoin', 'b', (w) => w.cities.feed.pipe(semiJoin(w.countries.feed, { left: throwing, right: 'code' }))],
    ['antiJoin', 'de', (w) => w.cities.feed.pipe(antiJoin(w.countries.feed, { left: 'country', right: throwing }))],
  ]
  for (const [operator, id, make] of failures) {
    it(`${operator} names itself and ${id} when a function of the user throws`, () => {
      const [error] = record(make(world())).errors
      assert.ok(
        error instanceof OperatorError && error.operator === operator && error.id === id && (error.cause as Error).message === 'mine',
      )
    })
  }

  it('reads on in pipes', () => {
    const { cities, countries } = world()
    const names: (readonly string[])[] = []
    cities.feed
      .pipe(
        leftJoin(countries.feed, { ...keys, select: (a, b) => ({ id: a.id, n: b === undefined ? 1 : 0 }) }),
        orderBy({ n: -1, id: 1 }),
        asArray(),
      )
      .subscribe((all) => names.push(all.map(({ id }) => id)))
    countries.retract('fr')
    assert.deepEqual(names, [
      ['x', 'b', 'k', 'p'],
      ['p', 'x', 'b', 'k'],
    ])
  })
})
