import fc from 'fast-check'
import { BehaviorSubject, map, type Subscription } from 'rxjs'
import {
  aggregate,
  asArray,
  asMap,
  countOf,
  diff,
  type Feed,
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
import { checkLaws, checkOracle, type Expected } from '../../../src/streams/testing/index.js'
import { turns } from '../../../src/streams/internal/turns.js'
import { equalValues } from '../../../src/streams/query.js'
import { type History, history, type Row, World } from './random-history.js'

type State = ReadonlyMap<Key, Row>
interface Case {
  readonly build: (a: Feed<Row>, b: Feed<Row>, parameter: BehaviorSubject<number>) => Feed<unknown>
  readonly expect: (a: State, b: State, parameter: number) => Expected<unknown>
  /** Several operators read the parameter: it emits inside a turn, so that they change together. */
  readonly inTurn?: boolean
}

const byN = (x: Row, y: Row): number => x.n - y.n
const filter = (state: State, test: (row: Row) => boolean): Map<Key, Row> => new Map([...state].filter(([, row]) => test(row)))
const sorted = (state: State, compare: (x: Row, y: Row) => number): (readonly [Key, Row])[] =>
  [...state].sort(([i, x], [j, y]) => compare(x, y) || (i < j ? -1 : 1))
const merge = (...states: readonly State[]): Map<Key, Row> => new Map(states.toReversed().flatMap((state) => [...state]))

const cases: Readonly<Record<string, Case>> = {
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

/** Subscribes early, late and in the middle of transactions, each under the laws and the oracle. */
function run(subject: Case, { initial, steps }: History): void {
  const world = new World(initial)
  const parameter = new BehaviorSubject(0)
  const feed = subject.build(world.feeds[0], world.feeds[1], parameter)
  const failures: unknown[] = []
  const subscriptions: Subscription[] = []
  const join = (): void => {
    const checked = feed.pipe(
      checkLaws({ same: equalValues }),
      checkOracle(() => subject.expect(world.state(0), world.state(1), parameter.value)),
    )
    let ready = false
    subscriptions.push(checked.subscribe({ next: (event) => (ready ||= event.type === 'commit'), error: (error) => failures.push(error) }))
    after.push(() => {
      if (!ready) failures.push(new Error('a subscriber is not ready after the turn'))
    })
  }
  const after: (() => void)[] = []
  join()
  for (const step of steps) {
    world.run(step, join, (value) => {
      const emit = (): void => {
        parameter.next(value)
      }
      if (subject.inTurn === true) turns.run(emit)
      else emit()
    })
    while (after.length > 0) after.pop()!()
    if (failures.length > 0) throw failures[0]
  }
  for (const subscription of subscriptions) subscription.unsubscribe()
}

describe('operators on random histories', () => {
  for (const [name, subject] of Object.entries(cases)) {
    it(`${name} equals its recompute at every commit`, () => {
      fc.assert(
        fc.property(history, (given) => {
          run(subject, given)
        }),
        { numRuns: 400 },
      )
    })
  }

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
