import fc from 'fast-check'
import { BehaviorSubject, type Subscription } from 'rxjs'
import type { Feed, Key } from '../../../src/streams/index.js'
import { turns } from '../../../src/streams/internal/turns.js'
import { equalValues } from '../../../src/streams/query.js'
import { checkLaws, checkOracle, type Expected } from '../../../src/streams/testing/index.js'
import { type History, history, type Row, World } from './random-history.js'

export type State = ReadonlyMap<Key, Row>

/** A feed over two sources and a parameter, and how it is made from their states anew. */
export interface HistoryCase {
  readonly build: (a: Feed<Row>, b: Feed<Row>, parameter: BehaviorSubject<number>) => Feed<unknown>
  readonly expect: (a: State, b: State, parameter: number) => Expected<unknown>
  /** Several operators read the parameter: it emits inside a turn, so that they change together. */
  readonly inTurn?: boolean
}

export const byN = (x: Row, y: Row): number => x.n - y.n
export const filter = (state: State, test: (row: Row) => boolean): Map<Key, Row> => new Map([...state].filter(([, row]) => test(row)))
export const sorted = (state: State, compare: (x: Row, y: Row) => number): (readonly [Key, Row])[] =>
  [...state].sort(([i, x], [j, y]) => compare(x, y) || (i < j ? -1 : 1))
export const merge = (...states: readonly State[]): Map<Key, Row> => new Map(states.toReversed().flatMap((state) => [...state]))

/** Subscribes early, late and in the middle of transactions, each under the laws and the oracle. */
function run(subject: HistoryCase, { initial, steps }: History): void {
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

/** One test for each case: the feed equals its recompute at every commit of random histories, and keeps the laws. */
export function testHistories(cases: Readonly<Record<string, HistoryCase>>, numRuns = 400): void {
  for (const [name, subject] of Object.entries(cases)) {
    it(`${name} equals its recompute at every commit`, () => {
      fc.assert(
        fc.property(history, (given) => {
          run(subject, given)
        }),
        { numRuns },
      )
    })
  }
}
