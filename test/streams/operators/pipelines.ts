import { concat, NEVER, type Observable, of } from 'rxjs'
import {
  aggregate,
  antiJoin,
  asArray,
  asMap,
  avgOf,
  commitEvent,
  conflate,
  countOf,
  diff,
  distinctBy,
  everyOf,
  except,
  expireAfter,
  type Feed,
  type FeedEvent,
  feedOf,
  fields,
  fullJoin,
  group,
  intersect,
  item,
  type Key,
  join,
  leftJoin,
  limitSize,
  maxOf,
  mergeEach,
  minOf,
  onEach,
  orderBy,
  publishEvent,
  query,
  refreshOn,
  rekey,
  related,
  resetEvent,
  reverse,
  rightJoin,
  rollup,
  select,
  selectAsync,
  selectEach,
  selectMany,
  semiJoin,
  shareFeed,
  slice,
  someOf,
  type Source,
  stdDevOf,
  subscribeEach,
  sumOf,
  switchFeed,
  top,
  tree,
  union,
  where,
  whereEach,
  xor,
} from '../../../src/streams/index.js'

/** What pipelines are fed with. */
export interface Row {
  readonly id: Key
  /** Where it stands in the order. */
  readonly n: number
  /** A group: one has a twentieth of all, the others one member. */
  readonly g: string
  /** The id of a row: one has many that name it. */
  readonly ref: Key | null
  /** The id of the row above, in a tree of eight below each. */
  readonly parent: Key | null
  readonly v: number
}

/** Built over two feeds of about `size` rows, the second shares most of its keys with the first. `tick` emits after each write. */
export type Pipeline = (a: Feed<Row>, b: Feed<Row>, size: number, tick: Observable<unknown>) => Observable<unknown>

const byN = (x: Row, y: Row): number => x.n - y.n
const live = <V>(value: V): Observable<V> => concat(of(value), NEVER)
const on = { left: 'ref', right: 'id' } as const
/** The other way round: many of the right meet one of the left. */
const under = { left: 'id', right: 'ref' } as const
const ready = commitEvent({})
/** A feed that goes on, all of one root. */
const feedWith = (row: Row): Feed<Row> => concat(of<FeedEvent<Row>[]>(resetEvent('subscribed'), publishEvent(row.id, row), ready), NEVER)
const eighths = feedOf(
  [...'01234567'].map((name) => ({ name })),
  ({ name }) => name,
)

/** At least one pipeline for each operator and aggregator, which the name begins with. */
export const pipelines = {
  aggregate: (a) => a.pipe(aggregate({ n: countOf(), total: sumOf('n'), least: minOf('n') })),
  antiJoin: (a, b) => a.pipe(antiJoin(b, under)),
  'antiJoin, many to one': (a, b) => a.pipe(antiJoin(b, on)),
  asArray: (a) => a.pipe(asArray()),
  'asArray, ordered': (a) => a.pipe(orderBy(byN), asArray()),
  asMap: (a) => a.pipe(asMap()),
  avgOf: (a) => a.pipe(aggregate(avgOf('n'))),
  conflate: (a, _b, _size, tick) => a.pipe(conflate(tick)),
  countOf: (a) => a.pipe(aggregate(countOf())),
  diff: (a) => a.pipe(diff()),
  distinctBy: (a) => a.pipe(distinctBy('g')),
  'distinctBy, by an order': (a) => a.pipe(distinctBy('g', { order: { n: -1 } })),
  everyOf: (a) => a.pipe(aggregate(everyOf((row) => row.v % 2 === 0))),
  except: (a, b) => except(a, b),
  expireAfter: (a) => a.pipe(expireAfter((row) => 4e12 + row.n)),
  fields: (a) => a.pipe(fields('id', 'v')),
  fullJoin: (a, b) => a.pipe(fullJoin(b, on)),
  group: (a) => a.pipe(group('g')),
  'group, merged again': (a) =>
    a.pipe(
      group('g'),
      mergeEach(({ feed }) => feed),
    ),
  intersect: (a, b) => intersect(a, b),
  item: (a, _b, size) => a.pipe(item(keyAt(size >> 1))),
  join: (a, b) => a.pipe(join(b, on)),
  'join, one to many': (a, b) => a.pipe(join(b, under)),
  leftJoin: (a, b) => a.pipe(leftJoin(b, on)),
  'leftJoin, one to many': (a, b) => a.pipe(leftJoin(b, under)),
  limitSize: (a, _b, size) => a.pipe(limitSize(size >> 1, byN)),
  maxOf: (a) => a.pipe(aggregate(maxOf('n'))),
  mergeEach: (a) => a.pipe(mergeEach((row) => feedWith(row))),
  'mergeEach, large feeds': (a) => eighths.pipe(mergeEach(({ name }) => a.pipe(where((row) => row.n % 8 === Number(name))))),
  'mergeEach as intersect, feeds that come and go': (a) => a.pipe(mergeEach((row) => feedWith(row), { as: 'intersect' })),
  'mergeEach as except, feeds that come and go': (a) => a.pipe(mergeEach((row) => feedWith(row), { as: 'except' })),
  'mergeEach as intersect': (a, b) => eighths.pipe(mergeEach(({ name }) => (name === '0' ? b : a), { as: 'intersect' })),
  'mergeEach as except': (a, b) => eighths.pipe(mergeEach(({ name }) => (name === '0' ? a : b), { as: 'except' })),
  'mergeEach as xor': (a, b) => eighths.pipe(mergeEach(({ name }) => (name === '0' ? a : b), { as: 'xor' })),
  minOf: (a) => a.pipe(aggregate(minOf('n'))),
  onEach: (a) => a.pipe(onEach({ publish: () => undefined, change: () => undefined, retract: () => undefined })),
  orderBy: (a) => a.pipe(orderBy(byN)),
  'orderBy, a sort': (a) => a.pipe(orderBy({ g: 1, n: -1 })),
  'orderBy, an Observable': (a) => a.pipe(orderBy<Row>(live(byN))),
  query: (a, _b, size) => a.pipe(query({ filter: { n: { $gte: 0 } }, sort: { n: -1 }, skip: size >> 1, limit: 20, fields: ['n', 'v'] })),
  refreshOn: (a) => a.pipe(refreshOn(NEVER)),
  rekey: (a) => a.pipe(rekey('g')),
  'rekey, resolved': (a) => a.pipe(rekey('g', { resolve: (rows) => rows.at(-1)! })),
  related: (a, b) => a.pipe(related(b, { right: 'parent', order: byN })),
  'related, many children': (a, b) => a.pipe(related(b, { right: 'ref', order: byN })),
  reverse: (a) => a.pipe(orderBy(byN), reverse()),
  rightJoin: (a, b) => a.pipe(rightJoin(b, on)),
  'rightJoin, one to many': (a, b) => a.pipe(rightJoin(b, under)),
  rollup: (a) => a.pipe(rollup('g', { n: countOf(), total: sumOf('n'), mean: avgOf('n'), least: minOf('n'), greatest: maxOf('n') })),
  select: (a) => a.pipe(select((row) => ({ id: row.id, v: row.v }))),
  'select, kept': (a) => a.pipe(select((row) => ({ id: row.id, v: row.v }), { keep: true })),
  selectAsync: (a) => a.pipe(selectAsync((row) => Promise.resolve(row.v), { concurrency: 4 })),
  selectEach: (a) => a.pipe(selectEach((row) => live(row.v))),
  selectMany: (a) => a.pipe(selectMany((row) => [row.n, row.v, row.n + row.v])),
  semiJoin: (a, b) => a.pipe(semiJoin(b, under)),
  'semiJoin, many to one': (a, b) => a.pipe(semiJoin(b, on)),
  shareFeed: (a) => a.pipe(shareFeed()),
  'shareFeed, ordered': (a) => a.pipe(orderBy(byN), shareFeed()),
  slice: (a) => a.pipe(orderBy(byN), slice({ limit: 20 })),
  'slice, deep': (a, _b, size) => a.pipe(orderBy(byN), slice({ skip: size >> 1, limit: 20 })),
  'slice, large': (a, _b, size) => a.pipe(orderBy(byN), slice({ skip: 10, limit: size - 20 })),
  'slice, of a list of its own': (a, _b, size) =>
    a.pipe(
      orderBy(byN),
      select((row) => row.v),
      slice({ skip: size >> 1, limit: 20 }),
    ),
  'slice, an Observable': (a, _b, size) => a.pipe(orderBy(byN), slice(live({ skip: size >> 1, limit: 20 }))),
  someOf: (a) => a.pipe(aggregate(someOf((row) => row.v % 2 === 1))),
  stdDevOf: (a) => a.pipe(aggregate(stdDevOf('n'))),
  subscribeEach: (a) => a.pipe(subscribeEach(() => () => undefined)),
  sumOf: (a) => a.pipe(aggregate(sumOf('n'))),
  switchFeed: (a) => live(a).pipe(switchFeed()),
  'switchFeed, ordered': (a) => live(a.pipe(orderBy(byN))).pipe(switchFeed()),
  top: (a) => a.pipe(orderBy(byN), top(20)),
  tree: (a) => a.pipe(tree('parent', { order: byN })),
  'tree, a chain': (a) => a.pipe(tree(({ n }) => (n > 2 ? keyAt((n >> 1) - 2) : null))),
  union: (a, b) => union(a, b),
  'union, resolved': (a, b) => union(a, b, { resolve: (rows) => rows.at(-1)! }),
  where: (a) => a.pipe(where({ v: { $gte: 0 } })),
  'where, an Observable': (a) => a.pipe(where<Row>(live((row: Row) => row.v >= 0))),
  whereEach: (a) => a.pipe(whereEach((row) => live(row.v >= 0))),
  xor: (a, b) => xor(a, b),
} satisfies Record<string, Pipeline>

export type PipelineName = keyof typeof pipelines

/** The key of the row that is `at` so many others. */
export function keyAt(at: number): Key {
  return `k${String(2 * at + 2).padStart(8, '0')}`
}

/** The rows of a pipeline, with room for another before, between and behind them. */
export function rowsOf(size: number): Row[] {
  return Array.from({ length: size }, (_, at) => ({
    id: keyAt(at),
    n: 2 * at + 2,
    g: at % 20 === 0 ? 'large' : `small ${at}`,
    ref: keyAt(at % 20 === 0 ? 0 : at),
    parent: at === 0 ? null : keyAt((at - 1) >> 3),
    v: 0,
  }))
}

/** Writes to a source of `rows` that touch items, groups, references, parents and places, one by one and together. */
export function disturb(source: Source<Row>, rows: readonly Row[]): void {
  const [first, second, third] = [rows[0]!, rows[1]!, rows[rows.length >> 1]!]
  source.publish({ ...first, v: 7, n: 1000, g: second.g })
  source.edit((tx) => {
    tx.retract(second.id)
    tx.publish({ ...third, ref: first.id, parent: first.id, n: -1 })
    tx.publish({ ...first, n: 5, g: 'new' })
  })
  source.publish(second)
}
