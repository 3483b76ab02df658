import fc from 'fast-check'
import { BehaviorSubject, map, type Subscription } from 'rxjs'
import {
  aggregate,
  antiJoin,
  countOf,
  distinctBy,
  type Feed,
  group,
  join,
  type Key,
  leftJoin,
  mergeEach,
  orderBy,
  rekey,
  reverse,
  select,
  selectEach,
  semiJoin,
  shareFeed,
  slice,
  switchFeed,
  union,
  where,
  whereEach,
} from '../../../src/streams/index.js'
import { turns } from '../../../src/streams/internal/turns.js'
import { equalValues } from '../../../src/streams/query.js'
import { checkLaws, checkOracle } from '../../../src/streams/testing/index.js'
import { history, type Row, World } from './random-history.js'

type State = ReadonlyMap<Key, Row>

/** An operator with its inputs, to be built as a feed and to be recomputed from the sources' states. */
type Graph =
  | { readonly op: 'source'; readonly index: 0 | 1 }
  | { readonly op: 'where'; readonly input: Graph; readonly n: number }
  | { readonly op: 'whereParameter'; readonly input: Graph }
  | { readonly op: 'select'; readonly input: Graph; readonly plus: number }
  | { readonly op: 'top'; readonly input: Graph; readonly skip: number; readonly limit: number }
  | { readonly op: 'share'; readonly input: Graph }
  | { readonly op: 'union'; readonly inputs: readonly [Graph, Graph] }
  | { readonly op: 'diamond'; readonly input: Graph; readonly n: number }
  | { readonly op: 'mergeEach'; readonly input: Graph; readonly n: number; readonly inner: readonly [Graph, Graph] }
  | { readonly op: 'switchFeed'; readonly inner: readonly [Graph, Graph] }
  | { readonly op: 'selectEach'; readonly input: Graph; readonly inner: Graph }
  | { readonly op: 'keyed'; readonly how: keyof typeof keyed; readonly input: Graph }
  | { readonly op: 'whereEach'; readonly input: Graph; readonly inner: Graph }
  | { readonly op: 'join'; readonly how: 'join' | 'leftJoin' | 'semiJoin' | 'antiJoin'; readonly inputs: readonly [Graph, Graph] }

const byKey = (state: State): (readonly [Key, Row])[] => [...state].sort(([x], [y]) => (x < y ? -1 : 1))
const nameOf = (row: Row): string => `${row.g}${String(row.n)}`

/** Operators of keys, groups and order, and what they make of a state. */
const keyed = {
  rekey: [
    (feed: Feed<Row>) => feed.pipe(rekey(nameOf)),
    (state: State) =>
      new Map(
        byKey(state)
          .reverse()
          .map(([, row]) => [nameOf(row), row]),
      ),
  ],
  distinctBy: [
    (feed: Feed<Row>) => feed.pipe(distinctBy('n')),
    (state: State) => new Map(byKey(state).filter(([id, { n }]) => byKey(state).find(([, row]) => row.n === n)![0] === id)),
  ],
  group: [
    (feed: Feed<Row>) =>
      feed.pipe(
        group((row) => (row.n === 0 ? null : row.n)),
        mergeEach((each) => each.feed),
      ),
    (state: State) => new Map([...state].filter(([, row]) => row.n !== 0)),
  ],
  'group, deeper': [
    (feed: Feed<Row>) =>
      feed.pipe(
        group('n'),
        mergeEach(({ key, feed }) => (key < '2' ? feed : union(feed, union(feed, feed)))),
      ),
    (state: State) => state,
  ],
  reverse: [
    (feed: Feed<Row>) => feed.pipe(orderBy(byN), reverse(), slice({ limit: 2 })),
    (state: State) =>
      new Map(
        byKey(state)
          .sort(([, x], [, y]) => byN(x, y))
          .slice(-2),
      ),
  ],
} as const satisfies Readonly<Record<string, readonly [build: (feed: Feed<Row>) => Feed<Row>, recompute: (state: State) => State]>>

const n = fc.integer({ min: 0, max: 4 })
const { graph } = fc.letrec<{ graph: Graph }>((tie) => ({
  graph: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.record({ op: fc.constant('source' as const), index: fc.constantFrom(0 as const, 1 as const) }),
    fc.record({ op: fc.constant('union' as const), inputs: fc.tuple(tie('graph'), tie('graph')) }),
    fc.record({ op: fc.constant('union' as const), inputs: fc.tuple(tie('graph'), tie('graph')) }),
    fc.record({ op: fc.constant('diamond' as const), input: tie('graph'), n }),
    fc.record({ op: fc.constant('mergeEach' as const), input: tie('graph'), n, inner: fc.tuple(tie('graph'), tie('graph')) }),
    fc.record({ op: fc.constant('switchFeed' as const), inner: fc.tuple(tie('graph'), tie('graph')) }),
    fc.record({ op: fc.constant('selectEach' as const), input: tie('graph'), inner: tie('graph') }),
    fc.record({ op: fc.constant('whereEach' as const), input: tie('graph'), inner: tie('graph') }),
    fc.record({
      op: fc.constant('join' as const),
      how: fc.constantFrom('join' as const, 'leftJoin' as const, 'semiJoin' as const, 'antiJoin' as const),
      inputs: fc.tuple(tie('graph'), tie('graph')),
    }),
    fc.record({
      op: fc.constant('keyed' as const),
      how: fc.constantFrom(...(Object.keys(keyed) as (keyof typeof keyed)[])),
      input: tie('graph'),
    }),
    fc.record({ op: fc.constant('where' as const), input: tie('graph'), n }),
    fc.record({ op: fc.constant('whereParameter' as const), input: tie('graph') }),
    fc.record({ op: fc.constant('select' as const), input: tie('graph'), plus: n }),
    fc.record({ op: fc.constant('share' as const), input: tie('graph') }),
    fc.record({
      op: fc.constant('top' as const),
      input: tie('graph'),
      skip: fc.integer({ min: 0, max: 2 }),
      limit: fc.integer({ min: 0, max: 4 }),
    }),
  ),
})) as { graph: fc.Arbitrary<Graph> }

const byN = (x: Row, y: Row): number => x.n - y.n
const plus = (row: Row, by: number): Row => ({ ...row, n: (row.n + by) % 5 })
/** By what rows are joined: a row names another one's id, or none. */
const keys = { left: (row: Row) => 'abcd'[row.n], right: (row: Row) => row.id }
const joined = (left: Row, right: Row | undefined): Row => plus(left, right?.n ?? 1)

function build(graph: Graph, feeds: readonly [Feed<Row>, Feed<Row>], parameter: BehaviorSubject<number>): Feed<Row> {
  switch (graph.op) {
    case 'source':
      return feeds[graph.index]
    case 'where':
      return build(graph.input, feeds, parameter).pipe(where({ n: { $gte: graph.n } }))
    case 'whereParameter':
      return build(graph.input, feeds, parameter).pipe(where<Row>(parameter.pipe(map((value) => ({ n: { $ne: value } })))))
    case 'select':
      return build(graph.input, feeds, parameter).pipe(select((row) => plus(row, graph.plus)))
    case 'top':
      return build(graph.input, feeds, parameter).pipe(orderBy(byN), slice(graph))
    case 'share':
      return build(graph.input, feeds, parameter).pipe(shareFeed())
    case 'union':
      return union(build(graph.inputs[0], feeds, parameter), build(graph.inputs[1], feeds, parameter))
    case 'diamond': {
      const shared = build(graph.input, feeds, parameter).pipe(shareFeed())
      return union(shared.pipe(where<Row>({ n: { $lt: graph.n } })), shared.pipe(select((row) => plus(row, 1))))
    }
    case 'join': {
      const [left, right] = graph.inputs.map((each) => build(each, feeds, parameter)) as [Feed<Row>, Feed<Row>]
      if (graph.how === 'join') return left.pipe(join(right, { ...keys, select: joined }))
      if (graph.how === 'leftJoin') return left.pipe(leftJoin(right, { ...keys, select: joined }))
      return left.pipe(graph.how === 'semiJoin' ? semiJoin(right, keys) : antiJoin(right, keys))
    }
    case 'keyed':
      return keyed[graph.how][0](build(graph.input, feeds, parameter))
    case 'mergeEach': {
      const [left, right] = graph.inner.map((each) => build(each, feeds, parameter)) as [Feed<Row>, Feed<Row>]
      return build(graph.input, feeds, parameter).pipe(mergeEach((row) => (row.n > graph.n ? left : right)))
    }
    case 'switchFeed': {
      // Without their order: a feed of which only a part is ordered isn't.
      const inner = graph.inner.map((each) => build(each, feeds, parameter).pipe(where<Row>({})))
      return parameter.pipe(
        map((value) => inner[value % 2]!),
        switchFeed(),
      )
    }
    case 'selectEach': {
      const size = build(graph.inner, feeds, parameter).pipe(aggregate(countOf()))
      return build(graph.input, feeds, parameter).pipe(selectEach((row) => size.pipe(map((by) => plus(row, by)))))
    }
    case 'whereEach': {
      const size = build(graph.inner, feeds, parameter).pipe(aggregate(countOf()))
      return build(graph.input, feeds, parameter).pipe(whereEach((row) => size.pipe(map((count) => row.n < count))))
    }
  }
}

function recompute(graph: Graph, states: readonly [State, State], parameter: number): State {
  switch (graph.op) {
    case 'source':
      return states[graph.index]
    case 'where':
      return new Map([...recompute(graph.input, states, parameter)].filter(([, row]) => row.n >= graph.n))
    case 'whereParameter':
      return new Map([...recompute(graph.input, states, parameter)].filter(([, row]) => row.n !== parameter))
    case 'select':
      return new Map([...recompute(graph.input, states, parameter)].map(([id, row]) => [id, plus(row, graph.plus)]))
    case 'top': {
      const rows = [...recompute(graph.input, states, parameter)].sort(([i, x], [j, y]) => byN(x, y) || (i < j ? -1 : 1))
      return new Map(rows.slice(graph.skip, graph.skip + graph.limit))
    }
    case 'share':
      return recompute(graph.input, states, parameter)
    case 'union':
      return new Map([...recompute(graph.inputs[1], states, parameter), ...recompute(graph.inputs[0], states, parameter)])
    case 'diamond': {
      const state = [...recompute(graph.input, states, parameter)]
      return new Map([...state.map(([id, row]) => [id, plus(row, 1)] as const), ...state.filter(([, row]) => row.n < graph.n)])
    }
    case 'join':
      return recomputeJoin(graph.how, recompute(graph.inputs[0], states, parameter), recompute(graph.inputs[1], states, parameter))
    case 'keyed':
      return keyed[graph.how][1](recompute(graph.input, states, parameter))
    case 'mergeEach': {
      const inner = graph.inner.map((each) => recompute(each, states, parameter))
      const outer = [...recompute(graph.input, states, parameter)].sort(([x], [y]) => (x < y ? 1 : -1))
      return new Map(outer.flatMap(([, row]) => [...inner[row.n > graph.n ? 0 : 1]!]))
    }
    case 'switchFeed':
      return recompute(graph.inner[parameter % 2]!, states, parameter)
    case 'selectEach': {
      const { size } = recompute(graph.inner, states, parameter)
      return new Map([...recompute(graph.input, states, parameter)].map(([id, row]) => [id, plus(row, size)]))
    }
    case 'whereEach': {
      const { size } = recompute(graph.inner, states, parameter)
      return new Map([...recompute(graph.input, states, parameter)].filter(([, row]) => row.n < size))
    }
  }
}

function recomputeJoin(how: string, left: State, right: State): State {
  const rows = new Map<Key, Row>()
  for (const [i, row] of left) {
    const matches = [...right].filter(([, other]) => other.id === keys.left(row))
    if (how === 'semiJoin' || how === 'antiJoin') {
      if (matches.length > 0 === (how === 'semiJoin')) rows.set(i, row)
      continue
    }
    for (const [j, other] of matches) rows.set(JSON.stringify([i, j]), joined(row, other))
    if (how === 'leftJoin' && matches.length === 0) rows.set(JSON.stringify([i, null]), joined(row, undefined))
  }
  return rows
}

describe('random graphs of operators', () => {
  it('never show a state that did not exist at the sources, and commit once a turn', () => {
    fc.assert(
      fc.property(graph, history, (given, { initial, steps }) => {
        const world = new World(initial)
        const parameter = new BehaviorSubject(0)
        const feed = build(given, world.feeds, parameter)
        const subscriptions: Subscription[] = []
        const failures: unknown[] = []
        const waiting = new Set<object>()
        const join = (): void => {
          const token = {}
          const joined = turns.serial
          let turn = 0
          waiting.add(token)
          const checked = feed.pipe(
            checkLaws({ same: equalValues }),
            checkOracle(() => recompute(given, [world.state(0), world.state(1)], parameter.value)),
          )
          subscriptions.push(
            checked.subscribe({
              next: (event) => {
                if (event.type !== 'commit') return
                waiting.delete(token)
                if (turn === turns.serial && turn !== joined) failures.push(new Error('two commits in one turn'))
                turn = turns.serial
              },
              error: (error) => failures.push(error),
            }),
          )
        }
        join()
        for (const step of steps) {
          world.run(step, join, (value) => {
            // Several operators read it: in one turn they change together.
            turns.run(() => {
              parameter.next(value)
            })
          })
          if (failures.length > 0) throw failures[0]
          if (waiting.size > 0) throw new Error('a subscriber is not ready after the turn')
        }
        for (const subscription of subscriptions) subscription.unsubscribe()
      }),
      { numRuns: 3000 },
    )
  }).timeout(60_000)
})
