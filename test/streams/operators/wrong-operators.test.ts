import assert from 'node:assert/strict'
import fc from 'fast-check'
import { map, Observable, type Subscription } from 'rxjs'
import {
  type Feed,
  type FeedEvent,
  type Key,
  orderBy,
  publishEvent,
  retractEvent,
  shareFeed,
  union,
  where,
} from '../../../src/streams/index.js'
import { fromMarbles, type HistoryMarbles, toMarbles } from './history-marbles.js'
import { byN, checkHistories, filter, type HistoryCase, merge, runHistory, sorted } from './histories.js'
import { type History, history, type Row } from './random-history.js'

type Wrong = (event: FeedEvent<Row>, state: Map<Key, Row>) => readonly FeedEvent<Row>[]

/** What a wrong operator makes of each event; `state` is its own. */
const operator =
  (make: Wrong) =>
  (feed: Feed<Row>): Feed<Row> =>
    new Observable((out) => {
      const state = new Map<Key, Row>()
      return feed.subscribe({
        next: (event) => {
          for (const each of make(event, state)) out.next(each)
        },
        error: (error) => {
          out.error(error)
        },
        complete: () => {
          out.complete()
        },
      })
    })

/** Forwards at once, without waiting for the turn to settle. */
const hastyUnion = (a: Feed<Row>, b: Feed<Row>): Feed<Row> =>
  new Observable((out) => {
    let resets = 0
    const subscriptions: Subscription[] = []
    for (const feed of [a, b])
      subscriptions.push(
        feed.subscribe({
          next: (event) => {
            if (event.type !== 'reset' || resets++ === 0) out.next(event)
          },
          error: (error) => {
            out.error(error)
          },
        }),
      )
    return () => {
      for (const subscription of subscriptions) subscription.unsubscribe()
    }
  })

const passes = (row: Row): boolean => row.n > 1
const wrong: Readonly<Record<string, HistoryCase>> = {
  'a filter that forgets who no longer passes': {
    build: (a) =>
      a.pipe(
        operator((event) =>
          event.type === 'publish'
            ? passes(event.item)
              ? [event]
              : []
            : event.type === 'change'
              ? passes(event.item)
                ? [event]
                : []
              : [event],
        ),
      ),
    expect: (a) => filter(a, passes),
  },
  'a filter that reads the first value of an item only': {
    build: (a) =>
      a.pipe(
        operator((event, state) => {
          if (event.type === 'reset') state.clear()
          if (event.type === 'publish' && passes(event.item)) state.set(event.id, event.item)
          return event.type === 'commit' || event.type === 'reset' || state.has(event.id) ? [event] : []
        }),
      ),
    expect: (a) => filter(a, passes),
  },
  'a state that survives a reset': {
    build: (a) =>
      a.pipe(
        operator((event, state) => {
          if (event.type === 'commit' || event.type === 'reset') return [event]
          if (event.type === 'retract') state.delete(event.id)
          else if (event.type === 'publish' && state.has(event.id)) return []
          else state.set(event.id, event.item)
          return [event]
        }),
      ),
    expect: (a) => a,
  },
  'a feed that forgets its commits when nothing else came': {
    build: (a) =>
      a.pipe(
        operator((event, state) => {
          if (event.type === 'publish') state.set(event.id, event.item)
          return event.type === 'commit' && state.size === 0 ? [] : [event]
        }),
      ),
    expect: (a) => a,
  },
  'a change told as retract and publish under one key twice': {
    build: (a) =>
      a.pipe(
        operator((event) =>
          event.type === 'change' ? [retractEvent(event.id, event.previous), publishEvent(event.id, event.item), event] : [event],
        ),
      ),
    expect: (a) => a,
  },
  'an order by arrival': {
    build: (a) => a.pipe(orderBy(() => 0)),
    expect: (a) => [...a],
  },
  'a union that forwards at once': {
    build: (a) => hastyUnion(a.pipe(where({ n: { $gt: 1 } })), a.pipe(where({ n: { $lte: 1 } }))),
    expect: (a) => a,
  },
  'a shared feed whose late subscribers get no snapshot': {
    build: (a) => {
      let out: Observable<FeedEvent<Row>> | undefined
      return new Observable((consumer) => {
        out ??= a.pipe(shareFeed())
        return out
          .pipe(operator((event, state) => (event.type === 'publish' && event.item.n === 3 && state.size === 0 ? [] : [event])))
          .subscribe(consumer)
      })
    },
    expect: (a) => a,
  },
  'a failure that is swallowed': {
    build: (a) =>
      new Observable((out) =>
        a.subscribe({
          next: (event) => {
            out.next(event)
          },
          error: () => undefined,
          complete: () => {
            out.complete()
          },
        }),
      ),
    expect: (a) => a,
  },
  'completion that is swallowed': {
    build: (a) =>
      new Observable((out) =>
        a.subscribe({
          next: (event) => {
            out.next(event)
          },
          error: (error) => {
            out.error(error)
          },
        }),
      ),
    expect: (a) => a,
  },
  'a parameter that is read once': {
    build: (a, _b, parameter) => a.pipe(where<Row>({ n: { $gte: parameter.value } })),
    expect: (a, _b, value) => filter(a, (row) => row.n >= value),
  },
  'a union in the wrong order': { build: (a, b) => union(b, a), expect: (a, b) => merge(a, b) },
  'an order with the wrong ties': {
    build: (a) => a.pipe(orderBy((x, y) => x.n - y.n || (x.id < y.id ? 1 : -1))),
    expect: (a) => sorted(a, byN),
  },
  'a parameter that is late': {
    build: (a, _b, parameter) => a.pipe(where<Row>(parameter.pipe(map((value) => ({ n: { $gte: Math.min(value, 3) } }))))),
    expect: (a, _b, value) => filter(a, (row) => row.n >= value),
  },
}

describe('random histories', () => {
  for (const [name, subject] of Object.entries(wrong)) {
    it(`find ${name}, and print it in a few steps`, () => {
      const error = failureOf(name, subject)
      const marbles = marblesIn(error.message)
      const found = fromMarbles(marbles)
      assert.ok(found.steps.length <= 4, error.message)
      assert.throws(() => {
        runHistory(subject, found)
      }, error.message)
    })
  }

  it('print their seed, with which they are found again', () => {
    const [name, subject] = Object.entries(wrong)[0]!
    const { message } = failureOf(name, subject)
    const seed = Number(/seed (-?\d+)/.exec(message)![1])
    assert.equal(failureOf(name, subject, seed).message, message)
  })

  it('are the same as marbles', () => {
    fc.assert(
      fc.property(history, (given) => {
        assert.deepEqual(fromMarbles(toMarbles(given)), plain(given))
      }),
      { numRuns: 300 },
    )
  })
})

function failureOf(name: string, subject: HistoryCase, seed?: number): Error {
  try {
    checkHistories(
      name,
      (given) => {
        runHistory(subject, given)
      },
      2000,
      seed,
    )
  } catch (error) {
    return error as Error
  }
  throw new Error(`${name}: nothing was found`)
}

/** What is printed can be pasted: it is read as what it looks like. */
function marblesIn(message: string): HistoryMarbles {
  const line = (name: string): string => new RegExp(`^  ${name}: *'(.*)',$`, 'm').exec(message)?.[1] ?? ''
  const values = /^  values: \{ (.*) \},$/m.exec(message)?.[1] ?? ''
  return {
    a: line('a'),
    b: line('b'),
    join: line('join'),
    parameter: line('parameter'),
    values: Object.fromEntries([...values.matchAll(/'?(.)'?: '([^']*)'/g)].map(([, name, word]) => [name!, word!])),
  }
}

/** Marbles don't tell who subscribes in the middle of a transaction that has none. */
function plain({ initial, steps, failure }: History): History {
  return {
    initial,
    steps: steps.map((step) => (step.step === 'edit' ? { ...step, join: step.join && step.writes.length > 1 } : step)),
    failure: failure === undefined ? undefined : { ...failure, after: Math.min(failure.after, failure.writes.length) },
  }
}
