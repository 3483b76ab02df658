import assert from 'node:assert/strict'
import { type BehaviorSubject, EMPTY, map, Subject, takeWhile } from 'rxjs'
import {
  type Cursor,
  commitEvent,
  type Expiry,
  expireAfter,
  type FeedEvent,
  feedOf,
  OperatorError,
  orderBy,
  publishEvent,
  resetEvent,
  shareFeed,
  Source,
  union,
  where,
} from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'
import { Clock } from './clock.js'
import { filter, testHistories } from './histories.js'

interface Session {
  readonly id: string
  readonly until?: Expiry
}
const make = (...rows: readonly Session[]): Source<Session> => new Source<Session>({ key: (row) => row.id, initial: rows })

function start(...rows: readonly Session[]) {
  const clock = new Clock()
  const source = make(...rows)
  const recorder = record(source.feed.pipe(expireAfter('until', { scheduler: clock }), checkLaws()))
  return { clock, source, recorder, first: recorder.take() }
}

describe('expireAfter', () => {
  it('shows who has time left, or no time at all', () => {
    const { first } = start(
      { id: 'a', until: 5 },
      { id: 'b' },
      { id: 'c', until: null },
      { id: 'd', until: 0 },
      { id: 'e', until: new Date(7) },
    )
    assert.equal(first, 'R +a +b +c +e .')
  })

  it('retracts all that is due in one commit', () => {
    const { clock, recorder } = start({ id: 'b', until: 5 }, { id: 'a', until: 5 }, { id: 'c', until: 6 })
    clock.advance(5)
    assert.equal(recorder.take(), '-a -b .')
    clock.advance(5)
    assert.equal(recorder.take(), '-c .')
  })

  const changes: readonly (readonly [string, Expiry, Expiry, string])[] = [
    ['puts an end off', 5, 20, '~a .'],
    ['puts an end forward', 20, 5, '~a . -a .'],
    ['ends an item at once', 20, 0, '-a .'],
    ['lets an item stay for ever', 5, null, '~a .'],
    ['gives an item an end', null, 5, '~a . -a .'],
    ['brings an item back', 0, 20, '+a .'],
    ['brings an item back for ever', 0, undefined, '+a .'],
    ['of an item that is gone stays unseen', -1, 0, ''],
  ]
  for (const [name, before, after, expected] of changes) {
    it(`a change ${name}`, () => {
      const { clock, source, recorder } = start({ id: 'a', until: before })
      source.publish({ id: 'a', until: after })
      clock.advance(10)
      assert.equal(recorder.take(), expected)
    })
  }

  it('brings back an item that its timer has retracted', () => {
    const { clock, source, recorder } = start({ id: 'a', until: 5 })
    clock.advance(5)
    source.publish({ id: 'a', until: 9 })
    source.publish({ id: 'a', until: 10 })
    clock.advance(5)
    source.retract('a')
    assert.equal(recorder.take(), '-a . +a . ~a . -a .')
  })

  it('repeats the last cursor, also one of a commit that showed nothing', () => {
    const clock = new Clock()
    const cursors: Cursor[] = []
    const source = make({ id: 'a', until: 5 })
    const last: Cursor[] = []
    source.feed.subscribe((event) => event.type === 'commit' && last.push(event.cursor))
    source.feed.pipe(expireAfter('until', { scheduler: clock })).subscribe((event) => event.type === 'commit' && cursors.push(event.cursor))
    source.publish({ id: 'b', until: 0 })
    clock.advance(5)
    assert.deepEqual(cursors, last)
  })

  it('retracts what is due with the next commit, if its timer is late', () => {
    const clock = new Clock()
    const source = make({ id: 'a', until: 5 })
    let time = 0
    const late = { now: () => time, schedule: clock.schedule.bind(clock) } as Clock
    const recorder = record(source.feed.pipe(expireAfter('until', { scheduler: late })))
    recorder.take()
    time = 6
    source.publish({ id: 'b' })
    assert.equal(recorder.take(), '+b -a .')
  })

  it('waits with an open transaction', () => {
    const clock = new Clock()
    const events = new Subject<FeedEvent<Session>>()
    const recorder = record(events.pipe(expireAfter<Session>('until', { scheduler: clock })))
    for (const event of [resetEvent(''), publishEvent('a', { id: 'a', until: 5 }), commitEvent({})]) events.next(event)
    events.next(publishEvent('b', { id: 'b', until: 6 }))
    clock.advance(7)
    assert.equal(recorder.take(), 'R +a . +b')
    events.next(commitEvent({}))
    assert.equal(recorder.take(), '-a -b .')
  })

  it('forgets all at a reset', () => {
    const clock = new Clock()
    const events = new Subject<FeedEvent<Session>>()
    const recorder = record(events.pipe(expireAfter<Session>('until', { scheduler: clock })))
    for (const event of [resetEvent(''), publishEvent('a', { id: 'a', until: 5 }), commitEvent({}), resetEvent(''), commitEvent({})])
      events.next(event)
    assert.deepEqual([recorder.take(), clock.pending], ['R +a . R .', 0])
  })

  it('drops order', () => {
    const clock = new Clock()
    const feed = make({ id: 'a', until: 5 }, { id: 'b', until: 4 }).feed.pipe(
      orderBy({ id: -1 }),
      expireAfter('until', { scheduler: clock }),
    )
    const recorder = record(feed)
    clock.advance(5)
    assert.equal(recorder.take(), 'R +b +a . -b . -a .')
  })

  it('completes with its input if nothing can expire', () => {
    assert.equal(record(feedOf<Session>([{ id: 'a' }], ({ id }) => id).pipe(expireAfter('until'))).take(), 'R +a . |')
    assert.equal(record(EMPTY.pipe(expireAfter<Session>('until'))).take(), '|')
  })

  it('goes on after the end of its input, until nothing can expire', () => {
    const { clock, source, recorder } = start({ id: 'a', until: 5 }, { id: 'b', until: 6 }, { id: 'c' })
    source.complete()
    clock.advance(6)
    assert.deepEqual([recorder.take(), clock.pending], ['-a . -b . |', 0])
  })

  it('has one timer, and sets it anew only when another item is the next', () => {
    const { clock, source } = start(...Array.from({ length: 1000 }, (_, n) => ({ id: String(n), until: 1000 + n })))
    assert.deepEqual([clock.pending, clock.scheduled], [1, 1])
    for (let n = 1; n < 1000; n++) source.publish({ id: String(n), until: 3000 + n })
    assert.deepEqual([clock.pending, clock.scheduled], [1, 1])
    source.retract('0')
    assert.deepEqual([clock.pending, clock.scheduled], [1, 2])
    source.publish({ id: 'x', until: 10 })
    assert.deepEqual([clock.pending, clock.scheduled], [1, 3])
  })

  it('reads few items an event, however many there are', () => {
    let reads = 0
    const source = make(...Array.from({ length: 10_000 }, (_, n) => ({ id: String(n), until: 1000 + n })))
    const read = ({ until }: Session): Expiry => (reads++, until)
    source.feed.pipe(expireAfter(read, { scheduler: new Clock() })).subscribe()
    reads = 0
    source.publish({ id: '5000', until: 20 })
    assert.equal(reads, 2)
  })

  it('waits longer than a timer can, in parts', () => {
    const month = 30 * 24 * 3600_000
    const { clock, recorder } = start({ id: 'a', until: month })
    clock.advance(month - 1)
    assert.deepEqual([recorder.take(), clock.scheduled], ['', 2])
    clock.advance(1)
    assert.equal(recorder.take(), '-a .')
  })

  it('never expires what ends at infinity', () => {
    const { clock, first } = start({ id: 'a', until: Infinity }, { id: 'b', until: -Infinity })
    assert.deepEqual([first, clock.scheduled], ['R +a .', 0])
  })

  for (const [name, until] of Object.entries({ NaN, 'an invalid date': new Date(NaN), 'a text': 'soon' as never })) {
    it(`ends with an OperatorError for ${name}, and releases its timer`, () => {
      const { clock, source, recorder } = start({ id: 'a', until: 5 })
      source.publish({ id: 'b', until })
      const [error] = recorder.errors
      assert.ok(error instanceof OperatorError && error.operator === 'expireAfter' && error.id === 'b')
      assert.equal(clock.pending, 0)
    })
  }

  it('releases its timer with its consumer, also one that goes at the commit', () => {
    const { clock, recorder } = start({ id: 'a', until: 5 })
    recorder.subscription.unsubscribe()
    assert.equal(clock.pending, 0)
    const feed = make({ id: 'a', until: 5 }).feed.pipe(expireAfter('until', { scheduler: clock }))
    feed.pipe(takeWhile((event) => event.type !== 'commit')).subscribe()
    assert.equal(clock.pending, 0)
  })

  it('uses the time of day by default, and leaves no timer', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const recorder = record(
      make({ id: 'a', until: Date.now() + 60_000 }, { id: 'b', until: Date.now() - 1 }).feed.pipe(expireAfter('until')),
    )
    assert.deepEqual([recorder.take(), timers()], ['R +a .', before + 1])
    recorder.subscription.unsubscribe()
    assert.equal(timers(), before)
  })

  it('is aligned with what else a turn of its expiry touches', () => {
    const clock = new Clock()
    const live = make({ id: 'a', until: 5 }, { id: 'b', until: 5 }).feed.pipe(expireAfter('until', { scheduler: clock }), shareFeed())
    const recorder = record(union(live.pipe(where({ id: 'a' })), live))
    recorder.take()
    clock.advance(5)
    assert.equal(recorder.take(), '-a -b .')
  })

  // The parameter of a history lets time go on.
  let clock = new Clock()
  const timed = (parameter: BehaviorSubject<number>): Clock => {
    const own = (clock = new Clock())
    parameter.subscribe({
      next: (by) => {
        own.advance(by)
      },
      complete: () => {
        own.advance(100)
      },
    })
    return own
  }
  const until = ({ n }: { readonly n: number }): Expiry => (n === 0 ? null : n * 4)
  testHistories({
    expireAfter: {
      build: (a, _b, parameter) => a.pipe(expireAfter(until, { scheduler: timed(parameter) })),
      expect: (a) => filter(a, (row) => Number(until(row) ?? Infinity) > clock.now()),
    },
    'expireAfter of a union, mapped': {
      build: (a, b, parameter) =>
        union(a, b).pipe(
          map((event) => event),
          expireAfter(until, { scheduler: timed(parameter) }),
        ),
      expect: (a, b) => filter(new Map([...b, ...a]), (row) => Number(until(row) ?? Infinity) > clock.now()),
    },
  })
})
