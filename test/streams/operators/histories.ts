import fc from 'fast-check'
import { BehaviorSubject, type Subscription } from 'rxjs'
import type { Feed, Key } from '../../../src/streams/index.js'
import { turns } from '../../../src/streams/internal/turns.js'
import { equalValues } from '../../../src/streams/query.js'
import { checkLaws, checkOracle, type Expected } from '../../../src/streams/testing/index.js'
import { seed } from '../../seed.js'
import { printMarbles } from './history-marbles.js'
import { failed, type History, history, type Row, World } from './random-history.js'
import { shortenHistory } from './shorten-history.js'

export type State = ReadonlyMap<Key, Row>

/** A feed over two sources and a parameter, and how it is made from their states anew. */
export interface HistoryCase {
  readonly build: (a: Feed<Row>, b: Feed<Row>, parameter: BehaviorSubject<number>) => Feed<unknown>
  readonly expect: (a: State, b: State, parameter: number) => Expected<unknown>
  /** Several operators read the parameter: it emits inside a turn, so that they change together. */
  readonly inTurn?: boolean
  /** It doesn't complete when its inputs have. */
  readonly endless?: boolean
}

export const byN = (x: Row, y: Row): number => x.n - y.n
export const filter = (state: State, test: (row: Row) => boolean): Map<Key, Row> => new Map([...state].filter(([, row]) => test(row)))
export const sorted = (state: State, compare: (x: Row, y: Row) => number): (readonly [Key, Row])[] =>
  [...state].sort(([i, x], [j, y]) => compare(x, y) || (i < j ? -1 : 1))
export const merge = (...states: readonly State[]): Map<Key, Row> => new Map(states.toReversed().flatMap((state) => [...state]))

interface Consumer {
  ready: boolean
  completed: boolean
  error: unknown
}

/** Subscribes early, late and in the middle of transactions, each under the laws and the oracle. Throws for the first that is wrong. */
export function runHistory(subject: HistoryCase, { initial, steps, failure }: History): void {
  const world = new World(initial)
  const parameter = new BehaviorSubject(0)
  const feed = subject.build(world.feeds[0], world.feeds[1], parameter)
  const consumers: Consumer[] = []
  const subscriptions: Subscription[] = []
  const join = (): void => {
    const consumer: Consumer = { ready: false, completed: false, error: undefined }
    consumers.push(consumer)
    let turn = 0
    const joined = turns.serial
    const checked = feed.pipe(
      checkLaws({ same: equalValues }),
      checkOracle(() => subject.expect(world.state(0), world.state(1), parameter.value)),
    )
    subscriptions.push(
      checked.subscribe({
        next: ({ type }) => {
          if (type !== 'commit') return
          if (turn === turns.serial && turn !== joined) consumer.error = new Error('two commits in one turn')
          turn = turns.serial
          consumer.ready = true
        },
        error: (error: unknown) => (consumer.error = error),
        complete: () => (consumer.completed = true),
      }),
    )
  }
  join()
  for (const step of steps) {
    world.run(step, join, (value) => {
      const emit = (): void => {
        parameter.next(value)
      }
      if (subject.inTurn === true) turns.run(emit)
      else emit()
    })
    for (const { ready, error } of consumers) {
      if (error !== undefined) throw error as Error
      if (!ready) throw new Error('a subscriber is not ready after the turn')
    }
  }
  const told = failure !== undefined && world.fail(failure)
  if (failure === undefined) {
    world.complete()
    parameter.complete()
  }
  for (const { error, completed } of consumers) {
    if (told ? error !== failed && !completed : error !== undefined)
      throw (error ?? new Error('the failure of an input is not passed on')) as Error
    if (failure === undefined && subject.endless !== true && !completed) throw new Error('the inputs have completed, the feed has not')
  }
  for (const subscription of subscriptions) subscription.unsubscribe()
}

/** Looks for a history that `run` throws for: it is shrunk, and thrown as marbles with the seed. */
export function checkHistories(name: string, run: (history: History) => void, numRuns: number, from = seed): void {
  const errorOf = (history: History): unknown => {
    try {
      run(history)
    } catch (error) {
      return error
    }
    return undefined
  }
  const { counterexample } = fc.check(fc.property(history, run), { numRuns, seed: from })
  if (counterexample === null) return
  const shortest = shortenHistory(counterexample[0], (history) => errorOf(history) !== undefined)
  const cause = errorOf(shortest)
  throw new Error(`${String(cause)}\n// seed ${from}\n'${name}': {\n${printMarbles(shortest)}\n},`, { cause })
}

/** One test for each case: the feed equals its recompute at every commit of random histories, and keeps the laws. */
export function testHistories(cases: Readonly<Record<string, HistoryCase>>, numRuns = 400): void {
  for (const [name, subject] of Object.entries(cases)) {
    it(`${name} equals its recompute at every commit`, () => {
      checkHistories(
        name,
        (given) => {
          runHistory(subject, given)
        },
        numRuns,
      )
    })
  }
}
