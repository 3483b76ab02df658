import assert from 'node:assert/strict'
import { BehaviorSubject, concat, defer, EMPTY, finalize, map, NEVER, type Observable, of, Subject, throwError } from 'rxjs'
import {
  aggregate,
  commitEvent,
  countOf,
  type Cursor,
  except,
  type Feed,
  type FeedEvent,
  feedOf,
  intersect,
  mergeEach,
  OperatorError,
  orderBy,
  publishEvent,
  refreshOn,
  resetEvent,
  retractEvent,
  select,
  selectEach,
  Source,
  switchFeed,
  union,
  where,
  whereEach,
  xor,
} from '../../../src/streams/index.js'
import { turns } from '../../../src/streams/internal/turns.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly n: number
}
const row = (id: string, n = 0): Row => ({ id, n })
const make = (...ids: readonly string[]): Source<Row> => new Source<Row>({ key: ({ id }) => id, initial: ids.map((id) => row(id)) })

/** A feed that is ready when the test says so, and how many subscribe to it. */
class Far {
  subscribers = 0
  private readonly events = new Subject<FeedEvent<Row>>()
  readonly feed: Feed<Row> = defer(() => {
    this.subscribers++
    return this.events.pipe(finalize(() => this.subscribers--))
  })

  send(...events: readonly FeedEvent<Row>[]): void {
    turns.run(() => {
      for (const event of events) this.events.next(event)
    })
  }

  snapshot(...ids: readonly string[]): void {
    this.send(resetEvent('far'), ...ids.map((id) => publishEvent(id, row(id))), commitEvent({ far: '1' }))
  }

  error(cause: unknown): void {
    this.events.error(cause)
  }

  complete(): void {
    this.events.complete()
  }
}

describe('mergeEach', () => {
  it('does not wait for a feed that is not ready, and shows it when it is', () => {
    const [near, far] = [make('a'), new Far()]
    const recorder = record(
      make('1', '2').feed.pipe(
        mergeEach(({ id }) => (id === '1' ? near.feed : far.feed)),
        checkLaws(),
      ),
    )
    assert.equal(recorder.take(), 'R +a .')
    near.publish(row('b'))
    assert.equal(recorder.take(), '+b .')
    far.snapshot('b', 'c')
    assert.equal(recorder.take(), '+c .')
  })

  it('shows a feed in the turn of its item, however deep it is, in one commit', () => {
    const [outer, near] = [make(), make('a')]
    const deep = union(near.feed, union(near.feed, near.feed))
    const recorder = record(union(outer.feed, outer.feed.pipe(mergeEach(() => deep))).pipe(checkLaws()))
    assert.equal(recorder.take(), 'R .')
    outer.publish(row('1'))
    assert.equal(recorder.take(), '+1 +a .')
    outer.retract('1')
    assert.equal(recorder.take(), '-1 -a .')
  })

  it('does not let a feed that is not ready tear a turn', () => {
    const outer = make('1')
    const near = make('a')
    const recorder = record(union(outer.feed, outer.feed.pipe(mergeEach(({ id }) => (id === '1' ? near.feed : NEVER)))).pipe(checkLaws()))
    recorder.take()
    outer.edit((tx) => {
      tx.retract('1')
      tx.publish(row('2'))
    })
    assert.equal(recorder.take(), '-1 +2 -a .')
  })

  it('keeps the feed of a changed item that is the same, and swaps another', () => {
    const [outer, first, second] = [make('1'), new Far(), new Far()]
    const recorder = record(outer.feed.pipe(mergeEach(({ n }) => (n < 2 ? first.feed : second.feed))))
    first.snapshot('a', 'b')
    recorder.take()
    outer.patch('1', { n: 1 })
    assert.equal(recorder.take(), '')
    outer.patch('1', { n: 2 })
    assert.deepEqual([recorder.take(), first.subscribers], ['-a -b .', 0])
    second.snapshot('b')
    assert.equal(recorder.take(), '+b .')
  })

  it('ends with the error of a feed, and releases all', () => {
    const [outer, far, other] = [make('1', '2'), new Far(), new Far()]
    const recorder = record(outer.feed.pipe(mergeEach(({ id }) => (id === '1' ? far.feed : other.feed))))
    const cause = new Error('mine')
    far.error(cause)
    assert.deepEqual([recorder.errors, other.subscribers], [[cause], 0])
  })

  it('completes when all have; what a completed feed has stays while its item does', () => {
    const [outer, far] = [make('1'), new Far()]
    const recorder = record(outer.feed.pipe(mergeEach(() => far.feed)))
    far.snapshot('a')
    far.complete()
    outer.patch('1', { n: 1 })
    outer.complete()
    assert.equal(recorder.take(), 'R . +a . |')
  })

  it('forgets the roots of feeds that are gone', () => {
    const outer = make()
    const cursors: Cursor[] = []
    outer.feed.pipe(mergeEach(({ id }) => make(id).feed)).subscribe((event) => event.type === 'commit' && cursors.push(event.cursor))
    for (let n = 0; n < 500; n++) {
      outer.publish(row(String(n)))
      outer.retract(String(n))
    }
    assert.ok(Math.max(...cursors.map((cursor) => Object.keys(cursor).length)) <= 6)
  })
})

describe('selectEach and whereEach', () => {
  it('let an item wait for its first value, and keep the last of a changed one until there is another', () => {
    const values = new Map<string, Subject<boolean>>()
    const value = ({ id, n }: Row): Subject<boolean> => {
      const subject = new Subject<boolean>()
      values.set(id + String(n), subject)
      return subject
    }
    const source = make('a', 'b')
    const recorder = record(source.feed.pipe(whereEach(value), checkLaws()))
    assert.equal(recorder.take(), 'R .')
    values.get('a0')!.next(true)
    source.patch('a', { n: 1 })
    assert.deepEqual([recorder.take(), values.get('a0')!.observed], ['+a . ~a .', false])
    values.get('a1')!.next(false)
    assert.equal(recorder.take(), '-a .')
  })

  it('commit once a turn when the values come from the source of the items', () => {
    const source = make('a', 'b')
    const size = source.feed.pipe(aggregate(countOf()))
    const recorder = record(
      source.feed.pipe(
        selectEach(({ id }) => size.pipe(map((count) => ({ id, count })))),
        checkLaws(),
      ),
    )
    assert.equal(recorder.take(), 'R +a +b .')
    source.publish(row('c'))
    assert.equal(recorder.take(), '+c ~a ~b .')
    source.edit((tx) => {
      tx.retract('a')
      tx.publish(row('d'))
    })
    assert.equal(recorder.take(), '-a +d .')
  })

  it('commit once a turn behind operators that join the values and the items', () => {
    const source = make('a')
    const size = union(source.feed, source.feed).pipe(aggregate(countOf()))
    const rows = source.feed.pipe(selectEach(({ id }) => size.pipe(map((n) => ({ id, n })))))
    const recorder = record(union(rows, source.feed, { resolve: ([first]) => first! }).pipe(checkLaws()))
    assert.equal(recorder.take(), 'R +a .')
    source.publish(row('b'))
    assert.equal(recorder.take(), '+b ~a .')
  })

  it('keep what an Observable has said that has completed, and complete when all have', () => {
    const source = make('a', 'b')
    const recorder = record(source.feed.pipe(selectEach(({ id }) => (id === 'a' ? of(1) : EMPTY))))
    source.complete()
    assert.equal(recorder.take(), 'R +a . |')
  })

  it('take several values of one turn as one', () => {
    const recorder = record(make('a').feed.pipe(selectEach(() => of(1, 2, 3))))
    assert.equal(recorder.take(), 'R +a .')
  })

  const failures: readonly (readonly [string, (feed: Feed<Row>) => Feed<unknown>, string | undefined])[] = [
    ['whereEach', whereEach((): Observable<boolean> => thrown()), 'whereEach'],
    ['selectEach', selectEach((): Observable<boolean> => thrown()), 'selectEach'],
    ['mergeEach', mergeEach((): Feed<Row> => thrown()), 'mergeEach'],
    ['an Observable', selectEach(() => throwError(() => new Error('mine'))), undefined],
  ]
  function thrown(): never {
    throw new Error('mine')
  }
  for (const [name, operator, expected] of failures) {
    it(`end with the error of ${name}`, () => {
      const [error] = record(operator(make('a').feed)).errors
      if (expected === undefined) assert.equal((error as Error).message, 'mine')
      else assert.ok(error instanceof OperatorError && error.operator === expected && error.id === 'a')
    })
  }

  it('subscribe and unsubscribe once an item, for tens of thousands', () => {
    const counts = { subscribed: 0, open: 0 }
    const value = new BehaviorSubject(1)
    const counted = defer(() => {
      counts.subscribed++
      counts.open++
      return value.pipe(finalize(() => counts.open--))
    })
    const source = make(...Array.from({ length: 50_000 }, (_, n) => String(n)))
    // A parent that takes the subscriptions one by one would take minutes for so many.
    const recorder = record(source.feed.pipe(selectEach(() => concat(counted, NEVER))))
    source.edit((tx) => {
      for (let n = 0; n < 25_000; n++) tx.retract(String(n))
    })
    assert.deepEqual(counts, { subscribed: 50_000, open: 25_000 })
    recorder.subscription.unsubscribe()
    assert.deepEqual(counts, { subscribed: 50_000, open: 0 })
  })
})

describe('switchFeed', () => {
  const switching = (...first: readonly Feed<Row>[]) => {
    const feeds = new Subject<Feed<Row>>()
    const recorder = record(feeds.pipe(switchFeed(), checkLaws()))
    for (const feed of first) feeds.next(feed)
    return { feeds, recorder }
  }

  it('keeps the old feed, live, until the new one is ready, and sends one difference', () => {
    const [old, next] = [make('a', 'b'), new Far()]
    const { feeds, recorder } = switching(old.feed)
    feeds.next(next.feed)
    old.publish(row('c'))
    assert.equal(recorder.take(), 'R +a +b . +c .')
    next.snapshot('c', 'd')
    assert.equal(recorder.take(), '-a -b ~c +d .')
    old.publish(row('e'))
    assert.equal(recorder.take(), '')
  })

  it('sends the difference of two ordered feeds in order', () => {
    const byId = orderBy<Row>({ id: 1 })
    const [a, b, c] = [row('a'), row('b'), row('c')]
    const ordered = (...rows: readonly Row[]) => feedOf(rows, ({ id }) => id).pipe(byId)
    const feeds = new BehaviorSubject(ordered(a, b))
    const recorder = record(feeds.pipe(switchFeed(), checkLaws({ ordered: true })))
    feeds.next(ordered(b, c))
    assert.equal(recorder.take(), 'R +a>0 +b>1 . -a<0 +c>1 .')
  })

  it('goes between an ordered feed and one that is not', () => {
    const [a, b, c] = [row('a'), row('b'), row('c')]
    const feeds = new BehaviorSubject<Feed<Row>>(feedOf([a, b], ({ id }) => id).pipe(orderBy({ id: 1 })))
    const recorder = record(feeds.pipe(switchFeed(), where<Row>({}), checkLaws()))
    feeds.next(feedOf([b, c], ({ id }) => id))
    feeds.next(feedOf([a, b], ({ id }) => id).pipe(orderBy({ id: 1 })))
    assert.equal(recorder.take(), 'R +a +b . -b -a +b +c . -b -c +a +b .')
  })

  it('goes to the newest only, and releases one that was pending', () => {
    const [old, skipped, next] = [make('a'), new Far(), new Far()]
    const { feeds, recorder } = switching(old.feed, skipped.feed, next.feed)
    assert.deepEqual([skipped.subscribers, next.subscribers], [0, 1])
    feeds.next(next.feed)
    assert.equal(next.subscribers, 1)
    next.snapshot('b')
    assert.equal(recorder.take(), 'R +a . -a +b .')
  })

  it('tells a reset of the old feed as a difference while the new one is pending', () => {
    const [old, next] = [new Far(), new Far()]
    const { feeds, recorder } = switching(old.feed)
    old.snapshot('a', 'b')
    feeds.next(next.feed)
    recorder.take()
    old.snapshot('b', 'c')
    assert.equal(recorder.take(), '-a ~b +c .')
    next.snapshot('d')
    assert.equal(recorder.take(), '-b -c +d .')
  })

  it('leaves an old feed that is in the middle of something', () => {
    const [old, next] = [new Far(), new Far()]
    const { feeds, recorder } = switching(old.feed)
    old.snapshot('a')
    feeds.next(next.feed)
    recorder.take()
    old.send(resetEvent('lost'))
    next.snapshot('b')
    assert.deepEqual([recorder.take(), old.subscribers], ['-a +b .', 0])
  })

  it('ends with the error of the feed that comes, and releases the old one', () => {
    const [old, next] = [new Far(), new Far()]
    const { feeds, recorder } = switching(old.feed)
    old.snapshot('a')
    feeds.next(next.feed)
    next.error(new Error('mine'))
    assert.deepEqual([recorder.take(), old.subscribers, feeds.observed], ['R +a . !', 0, false])
  })

  it('is ready with its first feed, and completes with the last and the feeds', () => {
    const [first, last] = [make('a'), new Far()]
    const { feeds, recorder } = switching()
    assert.equal(recorder.take(), '')
    feeds.next(first.feed)
    feeds.next(last.feed)
    feeds.complete()
    last.snapshot('b')
    assert.equal(recorder.take(), 'R +a . -a +b .')
    last.complete()
    assert.equal(recorder.take(), '|')
  })

  it('releases everything with its consumer', () => {
    const [old, next] = [new Far(), new Far()]
    const { feeds, recorder } = switching(old.feed)
    old.snapshot('a')
    feeds.next(next.feed)
    recorder.subscription.unsubscribe()
    assert.deepEqual([old.subscribers, next.subscribers, feeds.observed], [0, 0, false])
  })
})

describe('refreshOn', () => {
  it('reads the feed anew at each value, sends the difference, and keeps the objects that are the same', () => {
    let limit = 1
    const source = new Source<Row>({ key: ({ id }) => id, initial: [row('a', 1), row('b', 2)] })
    const trigger = new Subject<void>()
    const seen = source.feed.pipe(
      where(({ n }) => n <= limit),
      select(({ id }) => ({ id })),
    )
    const recorder = record(seen.pipe(refreshOn(trigger)))
    limit = 2
    trigger.next()
    assert.equal(recorder.take(), 'R +a . +b .')
    trigger.next()
    assert.equal(recorder.take(), '')
    source.publish(row('c', 2))
    assert.equal(recorder.take(), '+c .')
  })

  it('goes on without its trigger, which may complete, and ends with its error', () => {
    const source = make('a')
    const recorder = record(source.feed.pipe(refreshOn(EMPTY)))
    source.publish(row('b'))
    source.complete()
    assert.equal(recorder.take(), 'R +a . +b . |')
    assert.equal(record(source.feed.pipe(refreshOn(throwError(() => new Error('mine'))))).errors.length, 1)
  })

  it('releases the feed and its trigger', () => {
    const [far, trigger] = [new Far(), new Subject<void>()]
    const { subscription } = record(far.feed.pipe(refreshOn(trigger)))
    far.snapshot('a')
    trigger.next()
    assert.equal(far.subscribers, 2)
    subscription.unsubscribe()
    assert.deepEqual([far.subscribers, trigger.observed], [0, false])
  })
})

describe('sets of feeds', () => {
  const table: readonly (readonly [string, (a: Feed<Row>, b: Feed<Row>, c: Feed<Row>) => Feed<Row>, string])[] = [
    ['intersect', intersect, 'R +b . -b . +b .'],
    ['except', except, 'R +a .'],
    ['xor', xor, 'R +a +c .'],
  ]
  for (const [name, operator, expected] of table) {
    it(`${name} waits for all, follows each, completes with all and releases all`, () => {
      const feeds = [new Far(), new Far(), new Far()] as const
      const recorder = record(operator(feeds[0].feed, feeds[1].feed, feeds[2].feed).pipe(checkLaws()))
      feeds[0].snapshot('a', 'b')
      feeds[1].snapshot('b', 'c')
      assert.equal(recorder.take(), '')
      feeds[2].snapshot('b')
      feeds[2].send(retractEvent('b', row('b')), commitEvent({}))
      feeds[2].send(publishEvent('b', row('b')), commitEvent({}))
      assert.equal(recorder.take(), expected)
      recorder.subscription.unsubscribe()
      assert.deepEqual(
        feeds.map(({ subscribers }) => subscribers),
        [0, 0, 0],
      )
    })
  }
})
