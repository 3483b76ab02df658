import { map, NEVER } from 'rxjs'
import {
  aggregate,
  countOf,
  type Feed,
  except,
  feedOf,
  intersect,
  mergeEach,
  orderBy,
  selectEach,
  shareFeed,
  switchFeed,
  top,
  union,
  where,
  whereEach,
  xor,
} from '../../../src/streams/index.js'
import { byN, filter, merge, testHistories } from './histories.js'
import type { Row } from './random-history.js'

const outer = (names: readonly string[]) =>
  feedOf(
    names.map((name) => ({ name })),
    ({ name }) => name,
  )
const pick = (name: string, a: Feed<Row>, b: Feed<Row>): Feed<Row> => (name === 'a' ? a : b)

describe('sets and inner feeds on random histories', () => {
  testHistories({
    intersect: { build: (a, b) => intersect(a, b), expect: (a, b) => new Map([...a].filter(([id]) => b.has(id))) },
    except: { build: (a, b) => except(a, b), expect: (a, b) => new Map([...a].filter(([id]) => !b.has(id))) },
    xor: {
      build: (a, b) => xor(a, b),
      expect: (a, b) => new Map([...merge(a, b)].filter(([id]) => a.has(id) !== b.has(id))),
    },
    'xor of a diamond': {
      build: (a) => xor(a, a.pipe(where({ n: { $gt: 1 } }))),
      expect: (a) => filter(a, (row) => row.n <= 1),
    },
    switchFeed: {
      build: (a, b, parameter) =>
        parameter.pipe(
          map((n) => (n % 2 === 0 ? a : b)),
          switchFeed(),
        ),
      expect: (a, b, n) => (n % 2 === 0 ? a : b),
    },
    'switchFeed to a deeper feed': {
      build: (a, b, parameter) =>
        parameter.pipe(
          map((n) => (n % 2 === 0 ? a : union(a, union(b, a)))),
          switchFeed(),
        ),
      expect: (a, b, n) => (n % 2 === 0 ? a : merge(a, b)),
    },
    mergeEach: {
      build: (a, b) => outer(['a', 'b']).pipe(mergeEach(({ name }) => pick(name, a, b))),
      expect: (a, b) => merge(a, b),
    },
    'mergeEach of changing items': {
      build: (a, b) => a.pipe(mergeEach((row) => (row.n > 1 ? b : a))),
      expect: (a, b) => {
        const states = [...a].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, row]) => (row.n > 1 ? b : a))
        return merge(...states)
      },
    },
    'mergeEach of deeper feeds, beside its own outer feed': {
      build: (a, b) => union(a.pipe(where({ n: { $gt: 1 } })), a.pipe(mergeEach((row) => (row.n > 1 ? union(b, a) : b)))),
      expect: (a, b) =>
        merge(
          filter(a, (row) => row.n > 1),
          ...[...a].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, row]) => (row.n > 1 ? merge(b, a) : b)),
        ),
    },
    'mergeEach of a silent shared feed and of another of its root': {
      build: (a, b) => {
        const silent = a.pipe(orderBy(byN), top(0), shareFeed())
        return b.pipe(mergeEach((row) => (row.n > 0 ? silent : a)))
      },
      expect: (a, b) => ([...b.values()].some((row) => row.n === 0) ? a : new Map()),
    },
    'mergeEach of a deeper shared feed, beside its own outer feed': {
      build: (a, b) => {
        const deep = union(b, union(a, b)).pipe(shareFeed())
        return union(a, a.pipe(mergeEach((row) => (row.n > 1 ? deep : a))))
      },
      expect: (a, b) => ([...a.values()].some((row) => row.n > 1) ? merge(a, b) : a),
    },
    'mergeEach of feeds that are never ready, beside its own outer feed': {
      build: (a, b) => union(a.pipe(where({ n: { $gt: 1 } })), a.pipe(mergeEach((row) => (row.n > 1 ? NEVER : b)))),
      expect: (a, b) =>
        merge(
          filter(a, (row) => row.n > 1),
          [...a.values()].some((row) => row.n <= 1) ? b : new Map(),
        ),
      endless: true,
    },
    'mergeEach of deeper feeds': {
      build: (a, b) => a.pipe(mergeEach((row) => (row.n > 1 ? union(b, union(a, b)) : union(a, b)))),
      expect: (a, b) => {
        const states = [...a].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, row]) => (row.n > 1 ? merge(b, a) : merge(a, b)))
        return merge(...states)
      },
    },
    'mergeEach as intersect': {
      build: (a, b) => a.pipe(mergeEach((row) => (row.n > 1 ? b : a), { as: 'intersect' })),
      expect: (a, b) => {
        const states = [...a].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, row]) => (row.n > 1 ? b : a))
        return new Map([...(states[0] ?? [])].filter(([id]) => states.every((state) => state.has(id))))
      },
    },
    'mergeEach as except': {
      build: (a, b) => outer(['a', 'b']).pipe(mergeEach(({ name }) => pick(name, a, b), { as: 'except' })),
      expect: (a, b) => new Map([...a].filter(([id]) => !b.has(id))),
    },
    'mergeEach as xor': {
      build: (a, b) => outer(['a', 'b']).pipe(mergeEach(({ name }) => pick(name, a, b), { as: 'xor' })),
      expect: (a, b) => new Map([...merge(a, b)].filter(([id]) => a.has(id) !== b.has(id))),
    },
    whereEach: {
      build: (a, _b, parameter) => a.pipe(whereEach((row) => parameter.pipe(map((n) => row.n >= n)))),
      expect: (a, _b, n) => filter(a, (row) => row.n >= n),
      inTurn: true,
    },
    selectEach: {
      build: (a, _b, parameter) => a.pipe(selectEach((row, id) => parameter.pipe(map((n) => ({ id, sum: row.n + n }))))),
      expect: (a, _b, n) => new Map([...a].map(([id, row]) => [id, { id, sum: row.n + n }])),
      inTurn: true,
    },
    'selectEach of a count of two feeds, beside its own outer feed': {
      build: (a, b) => {
        const counts = a.pipe(
          selectEach((row) =>
            union(a, b).pipe(
              aggregate(countOf()),
              map((n) => ({ ...row, n })),
            ),
          ),
        )
        return union(counts, a, { resolve: (rows) => rows as unknown as Row })
      },
      expect: (a, b) => new Map([...a].map(([id, row]) => [id, [{ ...row, n: merge(a, b).size }, row]])),
    },
  })
})
