import assert from 'node:assert/strict'
import { defer, type Observable, Subject, Subscription, takeWhile, tap } from 'rxjs'
import {
  applyEvent,
  changeEvent,
  commitEvent,
  type Feed,
  type FeedEvent,
  type Key,
  onEach,
  OperatorError,
  orderBy,
  publishEvent,
  resetEvent,
  retractEvent,
  Source,
  subscribeEach,
} from '../../../src/streams/index.js'
import { record } from '../recorder.js'
import { testHistories } from './histories.js'

interface Row {
  readonly id: string
  readonly n: number
}
const make = (...ids: readonly string[]): Source<Row> => new Source<Row>({ key: (row) => row.id, initial: ids.map((id) => ({ id, n: 0 })) })
const row = (id: string, n = 0): Row => ({ id, n })
const commit = commitEvent({})

/** Resources that say when they start and end. */
function resources() {
  const log: string[] = []
  const start = ({ id, n }: Row): (() => void) => {
    log.push(`start ${id}${n}`)
    return () => log.push(`end ${id}${n}`)
  }
  return { log, start, take: () => log.splice(0).join(', ') }
}

describe('subscribeEach', () => {
  const table: readonly (readonly [string, (source: Source<Row>) => void, string])[] = [
    ['starts for a new item', (s) => s.publish(row('b')), 'start b0'],
    ['starts anew for a changed item', (s) => s.patch('a', { n: 1 }), 'end a0, start a1'],
    ['releases for one that is gone', (s) => s.retract('a'), 'end a0'],
    ['releases at the end', (s) => s.complete(), 'end a0'],
  ]
  for (const [name, write, expected] of table) {
    it(name, () => {
      const { start, take } = resources()
      const source = make('a')
      record(source.feed.pipe(subscribeEach(start)))
      assert.equal(take(), 'start a0')
      write(source)
      assert.equal(take(), expected)
    })
  }

  it('releases with its consumer', () => {
    const { start, take } = resources()
    record(make('a', 'b').feed.pipe(subscribeEach(start))).subscription.unsubscribe()
    assert.equal(take(), 'start a0, start b0, end a0, end b0')
  })

  it('knows only the net effect of a transaction, and acts right before its commit', () => {
    const { log, start, take } = resources()
    const events = new Subject<FeedEvent<Row>>()
    events.pipe(subscribeEach(start)).subscribe(({ type }) => log.push(type))
    const a = row('a')
    for (const event of [resetEvent(''), publishEvent('a', a), commit]) events.next(event)
    assert.equal(take(), 'reset, publish, start a0, commit')
    for (const event of [publishEvent('b', row('b')), retractEvent('b', row('b')), retractEvent('a', a), publishEvent('a', a), commit])
      events.next(event)
    assert.equal(take(), 'publish, retract, retract, publish, commit')
    for (const event of [changeEvent('a', row('a', 1), a), changeEvent('a', row('a', 2), row('a', 1)), commit]) events.next(event)
    assert.equal(take(), 'change, change, end a0, start a2, commit')
    for (const event of [publishEvent('c', row('c')), resetEvent(''), publishEvent('a', a), commit]) events.next(event)
    assert.equal(take(), 'publish, reset, publish, end a2, start a0, commit')
  })

  it('keeps order', () => {
    const source = make('b', 'a')
    const recorder = record(source.feed.pipe(orderBy({ id: 1 }), subscribeEach(resources().start)))
    assert.equal(recorder.take(), 'R +a>0 +b>1 .')
  })

  it('takes subscriptions, and nothing', () => {
    const subscription = new Subscription()
    const source = make('a', 'b')
    record(source.feed.pipe(subscribeEach(({ id }) => (id === 'a' ? subscription : undefined))))
    source.retract('a')
    source.retract('b')
    assert.ok(subscription.closed)
  })

  it('releases what a function has started that ends the subscription itself, and starts no more', () => {
    const { log, start, take } = resources()
    const source = make('a', 'b')
    const subscription = new Subscription()
    const feed = source.feed.pipe(
      subscribeEach((item) => {
        const end = start(item)
        if (item.id === 'b') subscription.unsubscribe()
        return end
      }),
    )
    source.retract('b')
    subscription.add(feed.subscribe(({ type }) => log.push(type)))
    take()
    source.edit((tx) => {
      tx.publish(row('b'))
      tx.publish(row('c'))
    })
    assert.equal(take(), 'publish, publish, start b0, end a0, end b0')
  })

  it('ends with an OperatorError for a function that throws, and releases the rest', () => {
    const { start, take } = resources()
    const source = make('a')
    const recorder = record(
      source.feed.pipe(
        subscribeEach((item) => {
          if (item.id === 'b') throw new Error('mine')
          return start(item)
        }),
      ),
    )
    recorder.take()
    source.publish(row('b'))
    const [error] = recorder.errors
    assert.ok(error instanceof OperatorError && error.operator === 'subscribeEach' && error.id === 'b')
    assert.deepEqual([take(), recorder.take()], ['start a0, end a0', '+b !'])
  })

  it('releases the rest if a release throws, and ends with an OperatorError', () => {
    const { start, take } = resources()
    const source = make('a', 'b')
    const { errors } = record(
      source.feed.pipe(
        subscribeEach((item) => {
          const end = start(item)
          return () => {
            end()
            if (item.id === 'a') throw new Error('mine')
          }
        }),
      ),
    )
    source.retract('a')
    assert.ok(errors[0] instanceof OperatorError && errors[0].id === 'a')
    assert.equal(take(), 'start a0, start b0, end a0, end b0')
  })

  it('releases tens of thousands one by one', () => {
    let open = 0
    const source = make(...Array.from({ length: 50_000 }, (_, n) => String(n)))
    const recorder = record(source.feed.pipe(subscribeEach(() => (open++, () => open--))))
    source.edit((tx) => {
      for (let n = 0; n < 25_000; n++) tx.retract(String(n))
    })
    assert.equal(open, 25_000)
    recorder.subscription.unsubscribe()
    assert.equal(open, 0)
  })
})

describe('onEach', () => {
  function start(...ids: readonly string[]) {
    const log: string[] = []
    const events = new Subject<FeedEvent<Row>>()
    const handlers = {
      publish: ({ n }: Row, id: Key) => log.push(`+${id}${n}`),
      change: ({ n }: Row, previous: Row, id: Key) => log.push(`~${id}${previous.n}${n}`),
      retract: ({ n }: Row, id: Key) => log.push(`-${id}${n}`),
      reset: () => log.push('R'),
    }
    const feed = events.pipe(onEach(handlers))
    feed.subscribe(({ type }) => type === 'commit' && log.push('.'))
    for (const event of [resetEvent(''), ...ids.map((id) => publishEvent(id, row(id))), commit]) events.next(event)
    return { events, take: () => log.splice(0).join(' ') }
  }
  const a = row('a')
  const b = row('b')
  const table: readonly (readonly [string, readonly FeedEvent<Row>[], string])[] = [
    [
      'tells what came, changed and went',
      [publishEvent('b', b), changeEvent('a', row('a', 1), a), commit, retractEvent('b', b), commit],
      '+b0 ~a01 . -b0 .',
    ],
    ['tells nothing before the commit', [publishEvent('b', b)], ''],
    ['tells nothing of what came and went', [publishEvent('b', b), retractEvent('b', b), commit], '.'],
    ['tells nothing of what went and came back', [retractEvent('a', a), publishEvent('a', a), commit], '.'],
    ['tells a change of what came back different', [retractEvent('a', a), publishEvent('a', row('a', 2)), commit], '~a02 .'],
    ['tells a reset first, at the commit after it', [publishEvent('b', b), resetEvent(''), publishEvent('b', b), commit], 'R +b0 .'],
  ]
  for (const [name, events, expected] of table) {
    it(name, () => {
      const started = start('a')
      assert.equal(started.take(), 'R +a0 .')
      for (const event of events) started.events.next(event)
      assert.equal(started.take(), expected)
    })
  }

  it('ends with an OperatorError for a handler that throws; the commit is not passed on', () => {
    const source = make()
    const publish = (): never => {
      throw new Error('mine')
    }
    const recorder = record(source.feed.pipe(onEach({ publish })))
    source.publish(row('a'))
    const [error] = recorder.errors
    assert.ok(error instanceof OperatorError && error.operator === 'onEach' && error.id === 'a')
    assert.equal(recorder.take(), 'R . +a !')
  })

  it('calls no handler any more once one has ended the subscription', () => {
    const told: string[] = []
    const source = make()
    let live = true
    const feed: Observable<FeedEvent<Row>> = source.feed.pipe(
      onEach({
        publish: ({ id }) => {
          told.push(id)
          live = false
          subscription.unsubscribe()
        },
      }),
      takeWhile(() => live),
    )
    const subscription = feed.subscribe()
    source.edit((tx) => {
      tx.publish(row('a'))
      tx.publish(row('b'))
    })
    assert.deepEqual(told, ['a'])
  })

  it('keeps order, and passes empty commits', () => {
    const recorder = record(make('b', 'a').feed.pipe(orderBy({ id: 1 }), onEach({})))
    assert.equal(recorder.take(), 'R +a>0 +b>1 .')
  })
})

describe('side effects on random histories', () => {
  /** At each commit what has been done is what there is. */
  const equals = <T>(feed: Feed<T>, done: ReadonlyMap<Key, T>): Feed<T> => {
    const state = new Map<Key, T>()
    return feed.pipe(
      tap((event) => {
        applyEvent(state, event)
        if (event.type === 'commit') assert.deepEqual(new Map([...done].sort()), new Map([...state].sort()))
      }),
    )
  }
  testHistories({
    subscribeEach: {
      build: (a) =>
        defer(() => {
          const running = new Map<Key, unknown>()
          const feed = a.pipe(
            subscribeEach((item, id) => {
              assert.ok(!running.has(id))
              running.set(id, item)
              return () => {
                assert.equal(running.get(id), item)
                running.delete(id)
              }
            }),
          )
          return equals(feed, running as Map<Key, never>)
        }),
      expect: (a) => a,
    },
    onEach: {
      build: (a) =>
        defer(() => {
          const done = new Map<Key, unknown>()
          const feed = a.pipe(
            onEach({
              publish: (item, id) => {
                assert.ok(!done.has(id))
                done.set(id, item)
              },
              change: (item, previous, id) => {
                assert.equal(done.get(id), previous)
                done.set(id, item)
              },
              retract: (previous, id) => {
                assert.equal(done.get(id), previous)
                done.delete(id)
              },
              reset: () => {
                done.clear()
              },
            }),
          )
          return equals(feed, done as Map<Key, never>)
        }),
      expect: (a) => a,
    },
  })
})
