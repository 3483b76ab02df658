import { ArgumentError, conflate, Source } from '../../../src/streams/index.js'
import { feedMarbles, marble } from '../../../src/streams/testing/index.js'
import assert from 'node:assert/strict'
import { animationFrames, asyncScheduler, Subject } from 'rxjs'
import { record } from '../recorder.js'

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
    'sends at each animation frame what has come since the last',
    feedMarbles(({ feed, expectFeed, context }) => {
      const frames = context.hot('          ----f---f---f---f---')
      const source = feed<Row>('            (Ra.)(c.)(d.)--(b.)', values)
      expectFeed(source.pipe(conflate(frames)), '(Ra.)---(c.)(f.)(b.)', { ...values, f: marble.set(a3, a2) })
    }),
  )

  it('follows the animation frames of a page', () => {
    const waiting: FrameRequestCallback[] = []
    const page = globalThis as { requestAnimationFrame?: unknown; cancelAnimationFrame?: unknown }
    page.requestAnimationFrame = (callback: FrameRequestCallback) => waiting.push(callback)
    page.cancelAnimationFrame = () => waiting.splice(0)
    const frame = (): void => {
      for (const callback of waiting.splice(0)) callback(0)
    }
    const source = new Source<Row>({ key: (row) => row.id })
    const recorder = record(source.feed.pipe(conflate(animationFrames())))
    source.publish(a1)
    source.publish(b1)
    assert.equal(recorder.take(), 'R .')
    frame()
    frame()
    source.publish(a2)
    frame()
    assert.equal(recorder.take(), '+a +b . ~a .')
    recorder.subscription.unsubscribe()
    assert.equal(waiting.length, 0)
    delete page.requestAnimationFrame
    delete page.cancelAnimationFrame
  })

  it('gives one commit a demand, and nothing for a demand when nothing has come', () => {
    const demand = new Subject<void>()
    const source = new Source<Row>({ key: (row) => row.id })
    const recorder = record(source.feed.pipe(conflate(demand)))
    for (const item of [a1, a2, b1]) source.publish(item)
    demand.next()
    demand.next()
    assert.equal(recorder.take(), 'R . +a +b .')
    recorder.subscription.unsubscribe()
    assert.equal(demand.observed, false)
  })

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
    // setTimeout would make 1 ms of it.
    assert.throws(() => conflate(2 ** 31), ArgumentError)
  })
})
