import fc from 'fast-check'
import { map } from 'rxjs'
import {
  aggregate,
  asArray,
  asMap,
  countOf,
  diff,
  fields,
  type Key,
  orderBy,
  query,
  select,
  shareFeed,
  slice,
  sumOf,
  union,
  where,
} from '../../../src/streams/index.js'
import { equalValues } from '../../../src/streams/query.js'
import { byN, filter, type HistoryCase, merge, sorted, testHistories } from './histories.js'
import { history, type Row, World } from './random-history.js'

const cases: Readonly<Record<string, HistoryCase>> = {
  'where(filter)': { build: (a) => a.pipe(where({ n: { $gt: 1 } })), expect: (a) => filter(a, (row) => row.n > 1) },
  'where(predicate)': { build: (a) => a.pipe(where((row) => row.g === 'x')), expect: (a) => filter(a, (row) => row.g === 'x') },
  select: {
    build: (a) => a.pipe(select((row, id) => `${id}${row.n}`)),
    expect: (a) => new Map([...a].map(([id, row]) => [id, `${id}${row.n}`])),
  },
  'select(keep)': {
    build: (a) => a.pipe(select((row) => ({ n: row.n }), { keep: true })),
    expect: (a) => new Map([...a].map(([id, row]) => [id, { n: row.n }])),
  },
  fields: { build: (a) => a.pipe(fields('g')), expect: (a) => new Map([...a].map(([id, row]) => [id, { g: row.g }])) },
  'orderBy(comparator)': { build: (a) => a.pipe(orderBy(byN)), expect: (a) => sorted(a, byN) },
  'orderBy(sort)': {
    build: (a) => a.pipe(orderBy({ g: 1, n: -1 })),
    expect: (a) => sorted(a, (x, y) => (x.g < y.g ? -1 : x.g > y.g ? 1 : y.n - x.n)),
  },
  'slice, the top': { build: (a) => a.pipe(orderBy(byN), slice({ limit: 2 })), expect: (a) => sorted(a, byN).slice(0, 2) },
  'slice, the middle': { build: (a) => a.pipe(orderBy(byN), slice({ skip: 2, limit: 3 })), expect: (a) => sorted(a, byN).slice(2, 5) },
  'slice, the rest': { build: (a) => a.pipe(orderBy(byN), slice({ skip: 1 })), expect: (a) => sorted(a, byN).slice(1) },
  'slice of a selected order': {
    build: (a) =>
      a.pipe(
        orderBy(byN),
        select((row) => row.g),
        slice({ skip: 1, limit: 2 }),
      ),
    expect: (a) =>
      sorted(a, byN)
        .slice(1, 3)
        .map(([id, row]) => [id, row.g] as const),
  },
  query: {
    build: (a) => a.pipe(query({ filter: { n: { $lt: 4 } }, sort: { n: -1 }, skip: 1, limit: 2, fields: ['n'] })),
    expect: (a) =>
      sorted(
        filter(a, (row) => row.n < 4),
        (x, y) => y.n - x.n,
      )
        .slice(1, 3)
        .map(([id, row]) => [id, { n: row.n }] as const),
  },
  union: { build: (a, b) => union(a, b), expect: (a, b) => merge(a, b) },
  'union(resolve)': {
    build: (a, b) => union(a, b, { resolve: (rows) => ({ ...rows[0]!, n: rows.reduce((sum, row) => sum + row.n, 0) }) }),
    expect: (a, b) => new Map([...merge(a, b)].map(([id, row]) => [id, { ...row, n: (a.get(id)?.n ?? 0) + (b.get(id)?.n ?? 0) }])),
  },
  'union of a diamond': {
    build: (a) => union(a.pipe(where({ g: 'x' })), a.pipe(where({ g: 'y' }))),
    expect: (a) => a,
  },
  'union of unequal depths': {
    build: (a, b) => union(a.pipe(where({ n: 0 })), union(b, union(a.pipe(where({ g: 'x' })), b.pipe(where({ n: 1 }))))),
    expect: (a, b) =>
      merge(
        filter(a, (row) => row.n === 0),
        b,
        filter(a, (row) => row.g === 'x'),
      ),
  },
  'orderBy of a union, sliced': {
    build: (a, b) => union(a, b).pipe(orderBy(byN), slice({ skip: 1, limit: 3 })),
    expect: (a, b) => sorted(merge(a, b), byN).slice(1, 4),
  },
  'shareFeed under two': {
    build: (a) => {
      const shared = a.pipe(where({ n: { $gt: 0 } }), shareFeed())
      return union(shared.pipe(where({ g: 'x' })), shared.pipe(where({ g: 'y' })))
    },
    expect: (a) => filter(a, (row) => row.n > 0),
  },
  'shareFeed of an order': { build: (a) => a.pipe(orderBy(byN), shareFeed()), expect: (a) => sorted(a, byN) },
  'slices of a shared order': {
    build: (a) => {
      const shared = a.pipe(orderBy(byN), shareFeed())
      return union(shared.pipe(slice({ limit: 2 })), shared.pipe(slice({ skip: 3, limit: 2 })))
    },
    expect: (a) => new Map([...sorted(a, byN).slice(0, 2), ...sorted(a, byN).slice(3, 5)]),
  },
  diff: { build: (a, b) => union(a, b).pipe(diff()), expect: (a, b) => merge(a, b) },
  'where(Observable)': {
    build: (a, _b, parameter) => a.pipe(where<Row>(parameter.pipe(toFilter))),
    expect: (a, _b, parameter) => filter(a, (row) => row.n >= parameter),
  },
  'slice(Observable)': {
    build: (a, _b, parameter) => a.pipe(orderBy(byN), slice(parameter.pipe(toRange))),
    expect: (a, _b, parameter) => sorted(a, byN).slice(parameter, parameter + 2),
  },
  'orderBy(Observable)': {
    build: (a, _b, parameter) => a.pipe(orderBy<Row>(parameter.pipe(toOrder))),
    expect: (a, _b, parameter) => sorted(a, order(parameter)),
  },
  'where, orderBy and slice of one parameter, over a union': {
    build: (a, b, parameter) =>
      union(a, b).pipe(where<Row>(parameter.pipe(toFilter)), orderBy<Row>(parameter.pipe(toOrder)), slice(parameter.pipe(toRange))),
    expect: (a, b, parameter) =>
      sorted(
        filter(merge(a, b), (row) => row.n >= parameter),
        order(parameter),
      ).slice(parameter, parameter + 2),
    inTurn: true,
  },
}

const order = (parameter: number): ((x: Row, y: Row) => number) =>
  parameter % 2 === 0 ? byN : (x, y) => (x.g < y.g ? -1 : x.g > y.g ? 1 : y.n - x.n)

const toFilter = map((value: number) => ({ n: { $gte: value } }))
const toRange = map((value: number) => ({ skip: value, limit: 2 }))
const toOrder = map((value: number) => order(value))

describe('operators on random histories', () => {
  testHistories(cases)

  it('aggregate equals its recompute after every turn', () => {
    fc.assert(
      fc.property(history, ({ initial, steps }) => {
        const world = new World(initial)
        let value: unknown
        world.feeds[0].pipe(where({ n: { $gt: 0 } }), aggregate({ rows: countOf(), total: sumOf('n') })).subscribe((next) => (value = next))
        for (const step of steps) {
          world.run(
            step,
            () => undefined,
            () => undefined,
          )
          const rows = [...filter(world.state(0), (row) => row.n > 0).values()]
          const expected = { rows: rows.length, total: rows.reduce((sum, row) => sum + row.n, 0) }
          if (!equalValues(value, expected)) throw new Error(`${JSON.stringify(value)} is not ${JSON.stringify(expected)}`)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('asArray and asMap hold the state after every turn', () => {
    fc.assert(
      fc.property(history, ({ initial, steps }) => {
        const world = new World(initial)
        let list: readonly Row[] = []
        let byKey: readonly Row[] = []
        let map: ReadonlyMap<Key, Row> = new Map()
        world.feeds[0].pipe(orderBy(byN), asArray()).subscribe((next) => (list = next))
        world.feeds[0].pipe(asArray()).subscribe((next) => (byKey = next))
        world.feeds[0].pipe(asMap()).subscribe((next) => (map = next))
        for (const step of steps) {
          world.run(
            step,
            () => undefined,
            () => undefined,
          )
          const state = world.state(0)
          if (
            !equalValues(
              list,
              sorted(state, byN).map(([, row]) => row),
            )
          )
            throw new Error('the ordered array differs')
          if (
            !equalValues(
              byKey,
              sorted(state, () => 0).map(([, row]) => row),
            )
          )
            throw new Error('the array by key differs')
          if (map.size !== state.size || [...state].some(([id, row]) => map.get(id) !== row)) throw new Error('the map differs')
        }
      }),
      { numRuns: 200 },
    )
  })
})
