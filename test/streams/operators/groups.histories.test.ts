import { map } from 'rxjs'
import {
  aggregate,
  avgOf,
  countOf,
  distinctBy,
  everyOf,
  group,
  type Key,
  maxOf,
  mergeEach,
  minOf,
  orderBy,
  rekey,
  rollup,
  select,
  selectEach,
  selectMany,
  shareFeed,
  someOf,
  sumOf,
  union,
  where,
} from '../../../src/streams/index.js'
import { byN, filter, merge, sorted, type State, testHistories } from './histories.js'
import type { Row } from './random-history.js'

/** A key that patches change, and that some don't have. */
const keyOf = (row: Row): string | null => (row.n === 0 ? null : `${row.g}${String(row.n % 2)}`)
const byId = (state: State): (readonly [Key, Row])[] => sorted(state, () => 0)

/** What `make` makes of the rows of each key, in the order of their ids. */
function grouped<V>(state: State, key: (row: Row) => Key | null, make: (rows: readonly Row[], key: Key) => V): Map<Key, V> {
  const keys = new Set(byId(state).flatMap(([, row]) => key(row) ?? []))
  return new Map(
    [...keys].map((each) => [
      each,
      make(
        [...filter(state, (row) => key(row) === each).values()].sort((x, y) => (x.id < y.id ? -1 : 1)),
        each,
      ),
    ]),
  )
}

const values = (rows: readonly Row[]) => ({
  count: rows.length,
  sum: rows.reduce((sum, { n }) => sum + n, 0),
  mean: rows.reduce((sum, { n }) => sum + n, 0) / rows.length,
  least: Math.min(...rows.map(({ n }) => n)),
  last: rows
    .map(({ id }) => id)
    .sort()
    .at(-1),
  every: rows.every(({ n }) => n > 1),
  some: rows.some(({ n }) => n > 1),
})
const aggregators = {
  count: countOf(),
  sum: sumOf<Row>('n'),
  mean: avgOf<Row>('n'),
  least: minOf((row: Row) => row.n),
  last: maxOf((row: Row) => row.id),
  every: everyOf((row: Row) => row.n > 1),
  some: someOf((row: Row) => row.n > 1),
}

describe('groups and keys on random histories', () => {
  testHistories({
    rekey: {
      build: (a) => a.pipe(rekey((row) => `${row.g}${String(row.n)}`)),
      expect: (a) =>
        grouped(
          a,
          (row) => `${row.g}${String(row.n)}`,
          ([first]) => first,
        ),
    },
    'rekey by a field, of a union': {
      build: (a, b) => union(a, b).pipe(rekey('g')),
      expect: (a, b) =>
        grouped(
          merge(a, b),
          (row) => row.g,
          ([first]) => first,
        ),
    },
    'rekey(resolve)': {
      build: (a) => a.pipe(rekey('g', { resolve: (rows, id) => ({ id, g: rows.map((row) => row.id).join(''), n: rows.length }) })),
      expect: (a) =>
        grouped(
          a,
          (row) => row.g,
          (rows, id) => ({ id, g: rows.map((row) => row.id).join(''), n: rows.length }),
        ),
    },
    distinctBy: {
      build: (a) => a.pipe(distinctBy('n')),
      expect: (a) => filter(a, (row) => byId(a).find(([, { n }]) => n === row.n)?.[1] === row),
    },
    'distinctBy with an order': {
      build: (a) => a.pipe(distinctBy('g', { order: { n: -1 } })),
      expect: (a) => filter(a, (row) => sorted(a, (x, y) => y.n - x.n).find(([, { g }]) => g === row.g)?.[1] === row),
    },
    'distinctBy with a comparator, of an order': {
      build: (a) =>
        a.pipe(
          orderBy({ id: -1 }),
          distinctBy((row) => row.n % 2, { order: byN }),
        ),
      expect: (a) => filter(a, (row) => sorted(a, byN).find(([, { n }]) => n % 2 === row.n % 2)?.[1] === row),
    },
    selectMany: {
      build: (a) => a.pipe(selectMany(({ n, g }) => Array.from({ length: n }, (_, index) => `${g}${String(index)}`))),
      expect: (a) =>
        new Map(
          [...a].flatMap(([id, { n, g }]) => Array.from({ length: n }, (_, i) => [JSON.stringify([id, String(i)]), `${g}${String(i)}`])),
        ),
    },
    'selectMany with keys': {
      build: (a) => a.pipe(selectMany((row) => new Set([row.n, 1, 9]), { key: (child) => `of ${String(child)}` })),
      expect: (a) =>
        new Map([...a].flatMap(([id, { n }]) => [n, 1, 9].map((child) => [JSON.stringify([id, `of ${String(child)}`]), child]))),
    },
    'the keys of groups': {
      build: (a) =>
        a.pipe(
          group(keyOf),
          select((each) => each.key),
        ),
      expect: (a) => grouped(a, keyOf, (_, key) => key),
    },
    'groups, merged again, are what has a key': {
      build: (a) =>
        a.pipe(
          group(keyOf),
          mergeEach((each) => each.feed),
        ),
      expect: (a) => filter(a, (row) => keyOf(row) !== null),
    },
    'groups of an order, merged again': {
      build: (a) =>
        a.pipe(
          orderBy(byN),
          group('n'),
          mergeEach((each) => each.feed),
        ),
      expect: (a) => a,
    },
    'shared groups, merged again': {
      build: (a, b) => {
        const groups = union(a, b).pipe(group(keyOf), shareFeed())
        return union(groups.pipe(mergeEach((each) => each.feed.pipe(where({ n: 1 })))), groups.pipe(mergeEach((each) => each.feed)))
      },
      expect: (a, b) => filter(merge(a, b), (row) => keyOf(row) !== null),
    },
    'groups of groups': {
      build: (a) =>
        a.pipe(
          group('g'),
          mergeEach((outer) =>
            outer.feed.pipe(
              group('n'),
              mergeEach((inner) => inner.feed),
            ),
          ),
        ),
      expect: (a) => a,
    },
    'groups, counted': {
      build: (a) =>
        a.pipe(
          group(keyOf),
          selectEach(({ feed, key }) =>
            feed.pipe(
              aggregate(countOf()),
              map((n) => ({ key, n })),
            ),
          ),
        ),
      expect: (a) => grouped(a, keyOf, ({ length: n }, key) => ({ key, n })),
    },
    rollup: {
      build: (a) => a.pipe(rollup(keyOf, aggregators)),
      expect: (a) => grouped(a, keyOf, (rows, key) => ({ key, ...values(rows) })),
    },
    'rollup of a union, by a number': {
      build: (a, b) => union(a, b).pipe(rollup('n', { count: countOf() })),
      expect: (a, b) =>
        grouped(
          merge(a, b),
          ({ n }) => String(n),
          ({ length: count }, key) => ({ key, count }),
        ),
    },
  })
})
