import { EMPTY } from 'rxjs'
import {
  antiJoin,
  countOf,
  diff,
  distinctBy,
  except,
  type Feed,
  fields,
  fullJoin,
  group,
  intersect,
  join,
  type Key,
  leftJoin,
  limitSize,
  mergeEach,
  onEach,
  orderBy,
  query,
  refreshOn,
  rekey,
  related,
  reverse,
  rightJoin,
  rollup,
  select,
  selectMany,
  semiJoin,
  slice,
  subscribeEach,
  sumOf,
  top,
  tree,
  union,
  xor,
} from '../../../src/streams/index.js'
import { byN, filter, sorted, type State } from './histories.js'
import type { Row } from './random-history.js'

/** How a feed of rows is made of others, and what that makes of their states. */
type Unary = readonly [build: (feed: Feed<Row>) => Feed<Row>, recompute: (state: State) => State]
type Binary = readonly [build: (a: Feed<Row>, b: Feed<Row>) => Feed<Row>, recompute: (a: State, b: State) => State]

export const plus = (row: Row, by: number): Row => ({ ...row, n: (row.n + by) % 5 })
const nameOf = (row: Row): string => `${row.g}${String(row.n)}`
const byKey = (state: State): (readonly [Key, Row])[] => sorted(state, () => 0)
const same = (state: State): State => state
export const unary = {
  diff: [(feed) => feed.pipe(diff()), same],
  distinctBy: [
    (feed) => feed.pipe(distinctBy('n')),
    (state) => new Map(byKey(state).filter(([id, { n }]) => byKey(state).find(([, row]) => row.n === n)![0] === id)),
  ],
  fields: [(feed) => feed.pipe(fields('id', 'n', 'g')), same],
  group: [
    (feed) =>
      feed.pipe(
        group((row) => (row.n === 0 ? null : row.n)),
        mergeEach((each) => each.feed),
      ),
    (state) => filter(state, (row) => row.n !== 0),
  ],
  'group, deeper': [
    (feed) =>
      feed.pipe(
        group('n'),
        mergeEach(({ key, feed }) => (key < '2' ? feed : union(feed, union(feed, feed)))),
      ),
    same,
  ],
  limitSize: [(feed) => feed.pipe(limitSize(3, byN)), (state) => new Map(sorted(state, byN).slice(0, 3))],
  onEach: [(feed) => feed.pipe(onEach({ change: () => undefined })), same],
  query: [
    (feed) => feed.pipe(query({ filter: { n: { $gt: 0 } }, sort: { n: -1 }, skip: 1, limit: 3 })),
    (state) =>
      new Map(
        sorted(
          filter(state, (row) => row.n > 0),
          (x, y) => y.n - x.n,
        ).slice(1, 4),
      ),
  ],
  refreshOn: [(feed) => feed.pipe(refreshOn(EMPTY)), same],
  rekey: [
    (feed) => feed.pipe(rekey(nameOf)),
    (state) =>
      new Map(
        byKey(state)
          .reverse()
          .map(([, row]) => [nameOf(row), row]),
      ),
  ],
  reverse: [(feed) => feed.pipe(orderBy(byN), reverse(), slice({ limit: 2 })), (state) => new Map(sorted(state, byN).slice(-2))],
  rollup: [
    (feed) =>
      feed.pipe(
        rollup('g', { count: countOf(), total: sumOf('n') }),
        select(({ key, count, total }): Row => ({ id: key, n: (count + total) % 5, g: key })),
      ),
    (state) => {
      const sums = new Map<string, number>()
      for (const { g, n } of state.values()) sums.set(g, (sums.get(g) ?? 0) + n + 1)
      return new Map([...sums].map(([g, sum]) => [g, { id: g, n: sum % 5, g }]))
    },
  ],
  selectMany: [
    (feed) => feed.pipe(selectMany((row) => (row.n > 2 ? [row, plus(row, 1)] : [row]))),
    (state) =>
      new Map(
        [...state].flatMap(([id, row]) =>
          (row.n > 2 ? [row, plus(row, 1)] : [row]).map((each, at) => [JSON.stringify([id, String(at)]), each]),
        ),
      ),
  ],
  subscribeEach: [(feed) => feed.pipe(subscribeEach(() => () => undefined)), same],
  top: [(feed) => feed.pipe(orderBy(byN), top(2)), (state) => new Map(sorted(state, byN).slice(0, 2))],
  tree: [
    // Rows are below the row of their group, which is there or not; a root tells how many are below it.
    (feed) =>
      feed.pipe(
        tree((row) => (row.n === 0 ? null : 'abcd'[row.n - 1]! > row.id ? null : 'abcd'[row.n - 1])),
        select(({ item, children }) => plus(item, children.length)),
      ),
    (state) => {
      const parent = (id: Key, { n, id: own }: Row): Key | undefined => {
        const up = n === 0 || 'abcd'[n - 1]! > own ? undefined : 'abcd'[n - 1]
        return up !== undefined && up !== id && state.has(up) ? up : undefined
      }
      const roots = [...state].filter(([id, row]) => parent(id, row) === undefined)
      return new Map(roots.map(([root, row]) => [root, plus(row, [...state].filter(([id, each]) => parent(id, each) === root).length)]))
    },
  ],
} as const satisfies Readonly<Record<string, Unary>>

/** By what rows are joined: a row names another one's id, or none. */
const keys = { left: (row: Row) => 'abcd'[row.n], right: (row: Row) => row.id }
const joined = (left: Row | undefined, right: Row | undefined): Row => plus(left ?? right!, right?.n ?? 1)

function joinOf(a: State, b: State, left: boolean, right: boolean): State {
  const rows = new Map<Key, Row>()
  const met = new Set<Key>()
  for (const [i, row] of a) {
    const matches = [...b].filter(([, other]) => other.id === keys.left(row))
    for (const [j, other] of matches) {
      rows.set(JSON.stringify([i, j]), joined(row, other))
      met.add(j)
    }
    if (left && matches.length === 0) rows.set(JSON.stringify([i, null]), joined(row, undefined))
  }
  if (right) for (const [j, other] of b) if (!met.has(j)) rows.set(JSON.stringify([null, j]), joined(undefined, other))
  return rows
}
const meets =
  (b: State) =>
  (row: Row): boolean =>
    [...b.values()].some((other) => other.id === keys.left(row))

export const binary = {
  union: [(a, b) => union(a, b), (a, b) => new Map([...b, ...a])],
  intersect: [(a, b) => intersect(a, b), (a, b) => new Map([...a].filter(([id]) => b.has(id)))],
  except: [(a, b) => except(a, b), (a, b) => new Map([...a].filter(([id]) => !b.has(id)))],
  xor: [(a, b) => xor(a, b), (a, b) => new Map([...a, ...b].filter(([id]) => a.has(id) !== b.has(id)))],
  join: [(a, b) => a.pipe(join(b, { ...keys, select: (left, right) => joined(left, right) })), (a, b) => joinOf(a, b, false, false)],
  leftJoin: [(a, b) => a.pipe(leftJoin(b, { ...keys, select: (left, right) => joined(left, right) })), (a, b) => joinOf(a, b, true, false)],
  rightJoin: [
    (a, b) => a.pipe(rightJoin(b, { ...keys, select: (left, right) => joined(left, right) })),
    (a, b) => joinOf(a, b, false, true),
  ],
  fullJoin: [(a, b) => a.pipe(fullJoin(b, { ...keys, select: (left, right) => joined(left, right) })), (a, b) => joinOf(a, b, true, true)],
  semiJoin: [(a, b) => a.pipe(semiJoin(b, keys)), (a, b) => filter(a, meets(b))],
  antiJoin: [(a, b) => a.pipe(antiJoin(b, keys)), (a, b) => filter(a, (row) => !meets(b)(row))],
  related: [
    (a, b) => a.pipe(related(b, { left: 'g', right: 'g', select: (row, children) => plus(row, children.length) })),
    (a, b) => new Map([...a].map(([id, row]) => [id, plus(row, filter(b, ({ g }) => g === row.g).size)])),
  ],
} as const satisfies Readonly<Record<string, Binary>>
