import { ArgumentError, conflate, Source } from '../../../src/streams/index.js'
import { feedMarbles, marble } from '../../../src/streams/testing/index.js'
import assert from 'node:assert/strict'
import { asyncScheduler } from 'rxjs'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const a3: Row = { id: 'a', n: 3 }
const b1: Row = { id: 'b', n: 1 }
const values = {
  a: marble.add(a1),
  b: marble.add(b1),
  c: marble.set(a2, a1),
  d: marble.set(a3, a2),
  e: marble.set(a3, a1),
  x: marble.del(b1),
}

describe('conflate', () => {
  it(
    'sends the snapshot at once and then the net effect once in a time',
    feedMarbles(({ feed, expectFeed }) => {
      const source = feed<Row>('                      (Ra.)(c.)(d.)------|', values)
      expectFeed(source.pipe(conflate(9, asyncScheduler)), '          (Ra.)---------(e.)-|', values)
    }),
  )

  it(
    'sends nothing for what came and went',
    feedMarbles(({ feed, expectFeed }) => {
      const source = feed<Row>('              (Ra.)(b.)(x.)----------', values)
      expectFeed(source.pipe(conflate(9, asyncScheduler)), '  (Ra.)---------.--------', values)
    }),
  )

  it(
    'waits for a demand, and holds an open transaction back',
    feedMarbles(({ feed, expectFeed, context }) => {
      const demand = context.hot('          ---------d------d---')
      const source = feed<Row>('            (Ra.)-c-------.-----', values)
      expectFeed(source.pipe(conflate(demand)), '(Ra.)-----------(c.)', values)
    }),
  )

  it(
    'sends what waits before the end, and releases its timer',
    feedMarbles(({ feed, expectFeed }) => {
      const source = feed<Row>('               (Ra.)(c.)|', values)
      expectFeed(source.pipe(conflate(50, asyncScheduler)), '  (Ra.)----(c.|)', values)
    }),
  )

  it('releases its timer with its consumer', () => {
    const source = new Source<Row>({ key: (row) => row.id })
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const subscription = source.feed.pipe(conflate(60_000)).subscribe()
    source.publish(a1)
    assert.equal(timers(), before + 1)
    subscription.unsubscribe()
    assert.equal(timers(), before)
  })

  it('refuses a time that is none', () => {
    assert.throws(() => conflate(-1), ArgumentError)
    assert.throws(() => conflate(NaN), ArgumentError)
  })
})
