import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { BehaviorSubject, map, type Subscription } from 'rxjs'
import {
  aggregate,
  countOf,
  type Feed,
  mergeEach,
  orderBy,
  select,
  selectEach,
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
import { binary, plus, unary } from './graph-operators.js'
import { byN, type State } from './histories.js'
import { failed, history, type Row, World } from './random-history.js'

/** An operator with its inputs, to be built as a feed and to be recomputed from the sources' states. */
type Graph =
  | { readonly op: 'source'; readonly index: 0 | 1 }
  | { readonly op: 'where'; readonly input: Graph; readonly n: number }
  | { readonly op: 'whereParameter'; readonly input: Graph }
  | { readonly op: 'select'; readonly input: Graph; readonly plus: number }
  | { readonly op: 'top'; readonly input: Graph; readonly skip: number; readonly limit: number }
  | { readonly op: 'share'; readonly input: Graph }
  | { readonly op: 'binary'; readonly how: keyof typeof binary; readonly inputs: readonly [Graph, Graph] }
  | { readonly op: 'diamond'; readonly input: Graph; readonly n: number }
  | { readonly op: 'mergeEach'; readonly input: Graph; readonly n: number; readonly inner: readonly [Graph, Graph] }
  | { readonly op: 'switchFeed'; readonly inner: readonly [Graph, Graph] }
  | { readonly op: 'selectEach'; readonly input: Graph; readonly inner: Graph }
  | { readonly op: 'unary'; readonly how: keyof typeof unary; readonly input: Graph }
  | { readonly op: 'whereEach'; readonly input: Graph; readonly inner: Graph }

const n = fc.integer({ min: 0, max: 4 })
const { graph } = fc.letrec<{ graph: Graph }>((tie) => ({
  graph: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.record({ op: fc.constant('source' as const), index: fc.constantFrom(0 as const, 1 as const) }),
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constant('binary' as const),
        how: fc.constantFrom(...(Object.keys(binary) as (keyof typeof binary)[])),
        inputs: fc.tuple(tie('graph'), tie('graph')),
      }),
    },
    fc.record({ op: fc.constant('diamond' as const), input: tie('graph'), n }),
    fc.record({ op: fc.constant('mergeEach' as const), input: tie('graph'), n, inner: fc.tuple(tie('graph'), tie('graph')) }),
    fc.record({ op: fc.constant('switchFeed' as const), inner: fc.tuple(tie('graph'), tie('graph')) }),
    fc.record({ op: fc.constant('selectEach' as const), input: tie('graph'), inner: tie('graph') }),
    fc.record({ op: fc.constant('whereEach' as const), input: tie('graph'), inner: tie('graph') }),
    {
      weight: 3,
      arbitrary: fc.record({
        op: fc.constant('unary' as const),
        how: fc.constantFrom(...(Object.keys(unary) as (keyof typeof unary)[])),
        input: tie('graph'),
      }),
    },
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
    case 'unary':
      return unary[graph.how][0](build(graph.input, feeds, parameter))
    case 'binary':
      return binary[graph.how][0](build(graph.inputs[0], feeds, parameter), build(graph.inputs[1], feeds, parameter))
    case 'diamond': {
      const shared = build(graph.input, feeds, parameter).pipe(shareFeed())
      return union(shared.pipe(where<Row>({ n: { $lt: graph.n } })), shared.pipe(select((row) => plus(row, 1))))
    }
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
    case 'unary':
      return unary[graph.how][1](recompute(graph.input, states, parameter))
    case 'binary':
      return binary[graph.how][1](recompute(graph.inputs[0], states, parameter), recompute(graph.inputs[1], states, parameter))
    case 'diamond': {
      const state = [...recompute(graph.input, states, parameter)]
      return new Map([...state.map(([id, row]) => [id, plus(row, 1)] as const), ...state.filter(([, row]) => row.n < graph.n)])
    }
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

/** What is aligned with nothing (law 7) or gives no feed. */
const apart = ['conflate', 'expireAfter', 'selectAsync', 'asArray', 'asMap', 'item']

describe('random graphs of operators', () => {
  it('never show a state that did not exist at the sources, and commit once a turn', () => {
    fc.assert(
      fc.property(graph, history, (given, { initial, steps, failure }) => {
        const world = new World(initial)
        const parameter = new BehaviorSubject(0)
        const feed = build(given, world.feeds, parameter)
        const subscriptions: Subscription[] = []
        const failures: unknown[] = []
        const waiting = new Set<object>()
        let completed = 0
        const subscribe = (): void => {
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
              complete: () => completed++,
            }),
          )
        }
        subscribe()
        for (const step of steps) {
          world.run(step, subscribe, (value) => {
            // Several operators read it: in one turn they change together.
            turns.run(() => {
              parameter.next(value)
            })
          })
          if (failures.length > 0) throw failures[0]
          if (waiting.size > 0) throw new Error('a subscriber is not ready after the turn')
        }
        if (failure === undefined) {
          world.complete()
          parameter.complete()
          if (completed < subscriptions.length) throw new Error('the inputs have completed, the feed has not')
        } else if (world.fail(failure)) {
          if (failures.filter((error) => error === failed).length + completed < subscriptions.length)
            throw new Error('a failure was not passed on')
        }
        if (failures.some((error) => error !== failed)) throw failures.find((error) => error !== failed)
        for (const subscription of subscriptions) subscription.unsubscribe()
      }),
      { numRuns: 3000 },
    )
  }).timeout(60_000)

  it('are made of all operators', () => {
    const source = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8')
    const used = source('graphs.test.ts') + source('graph-operators.ts')
    const exported = source('../../../src/streams/index.ts').matchAll(/export \{([^}]*)\} from '\.\/operators\//g)
    const operators = [...exported]
      .flatMap(([, names]) => names!.split(',').map((name) => name.trim()))
      .filter((name) => /^[a-z]+[a-zA-Z]*$/.test(name) && !name.endsWith('Of') && !apart.includes(name))
    assert.deepEqual(
      operators.filter((name) => !new RegExp(`\\b${name}\\(`).test(used)),
      [],
    )
  })
})
