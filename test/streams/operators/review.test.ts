import assert from 'node:assert/strict'
import { BehaviorSubject, map, NEVER, Observable, startWith, Subject, tap } from 'rxjs'
import {
  aggregate,
  type Aggregator,
  changeEvent,
  commitEvent,
  conflate,
  countOf,
  type Feed,
  type FeedEvent,
  group,
  minOf,
  orderBy,
  OperatorError,
  publishEvent,
  refreshOn,
  rekey,
  resetEvent,
  select,
  selectEach,
  selectMany,
  shareFeed,
  Source,
  switchFeed,
  union,
  where,
  whereEach,
} from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'
import { uncaught } from '../../uncaught.js'

interface Row {
  readonly id: string
  readonly n: number
}
const make = (...rows: readonly Row[]): Source<Row> => new Source<Row>({ key: (row) => row.id, initial: rows })
const a: Row = { id: 'a', n: 1 }
const b: Row = { id: 'b', n: 2 }
const c: Row = { id: 'c', n: 3 }
const throwing = (): never => {
  throw new Error('mine')
}

describe('a Source', () => {
  it('tells a consistent snapshot to who subscribes inside an edit and writes while it is told', () => {
    const source = make(a, b)
    const seen: string[] = []
    const errors: unknown[] = []
    source.edit(() => {
      source.feed.pipe(checkLaws()).subscribe({
        next: (event) => {
          seen.push(event.type === 'reset' || event.type === 'commit' ? event.type : `${event.type} ${event.id}`)
          if (event.type === 'publish' && event.id === 'a') {
            source.publish(c)
            source.retract('b')
          }
        },
        error: (error) => errors.push(error),
      })
    })
    assert.deepEqual(errors, [])
    assert.deepEqual(seen, ['reset', 'publish a', 'publish b', 'publish c', 'retract b', 'commit'])
  })

  it('rolls back an edit inside another one, if it throws, and only that', () => {
    const source = make(a)
    const recorder = record(source.feed.pipe(checkLaws()))
    source.edit((tx) => {
      tx.publish(b)
      assert.throws(() => {
        source.edit((inner) => {
          inner.publish(c)
          inner.retract('a')
          throwing()
        })
      })
    })
    assert.equal(recorder.take(), 'R +a . +b .')
    assert.deepEqual([source.get('a'), source.get('b'), source.get('c')], [a, b, undefined])
  })

  it('takes no write that waits behind its completion', async () => {
    const source = make(a)
    source.feed.subscribe((event) => {
      if (event.type !== 'change') return
      source.complete()
      source.publish(b)
    })
    const reported = uncaught()
    source.patch('a', { n: 2 })
    assert.equal(record(source.feed).take(), 'R +a . |')
    assert.match(String(await reported), /completed/)
  })
})

describe('a consumer that acts from inside next', () => {
  it('hears of a shared feed also when the only other subscriber has left while it was told the snapshot', () => {
    const source = make(a)
    const shared = source.feed.pipe(shareFeed())
    const first = record(shared)
    const seen: string[] = []
    shared.subscribe((event) => {
      seen.push(event.type)
      first.subscription.unsubscribe()
    })
    source.publish(b)
    assert.deepEqual(seen, ['reset', 'publish', 'commit', 'publish', 'commit'])
  })

  it('is told the value that it gives an inner Observable while the row is sent', () => {
    const values = new BehaviorSubject(1)
    const source = make(a)
    const seen: unknown[] = []
    source.feed
      .pipe(
        selectEach(() => values),
        checkLaws(),
      )
      .subscribe((event) => {
        if (event.type === 'publish' || event.type === 'change') seen.push(event.item)
        if (event.type === 'publish') values.next(2)
      })
    assert.deepEqual(seen, [1, 2])
  })

  it('may demand of conflate while another is told its snapshot', () => {
    const demand = new Subject<void>()
    const source = make(a, b)
    const shared = source.feed.pipe(conflate(demand), shareFeed())
    const first = record(shared.pipe(checkLaws()))
    source.edit((tx) => (tx.retract('a'), tx.patch('b', { n: 9 }), tx.publish(c)))
    const seen: string[] = []
    const errors: unknown[] = []
    shared.pipe(checkLaws()).subscribe({
      next: (event) => {
        seen.push(event.type)
        if (event.type === 'publish') demand.next()
      },
      error: (error) => errors.push(error),
    })
    assert.deepEqual(errors, [])
    assert.equal(first.take(), 'R +a +b . -a ~b +c .')
    assert.deepEqual(seen, ['reset', 'publish', 'publish', 'commit', 'retract', 'change', 'publish', 'commit'])
  })
})

describe('a function of the user that throws', () => {
  const odd: Aggregator<Row, number> = {
    accumulate: () => ({
      get value() {
        return throwing()
      },
      add: () => undefined,
      remove: () => undefined,
    }),
  }
  const cases: readonly (readonly [string, (feed: Feed<Row>) => Observable<unknown>])[] = [
    ['aggregate', (feed) => feed.pipe(aggregate(odd))],
    ['aggregate', (feed) => feed.pipe(aggregate({ odd }))],
    [
      'orderBy',
      (feed) =>
        feed.pipe(
          select(() => undefined as unknown as Row),
          orderBy({ n: 1 }),
        ),
    ],
    [
      'orderBy',
      (feed) =>
        feed.pipe(
          select(({ id }): Row => ({
            id,
            get n() {
              return throwing()
            },
          })),
          orderBy({ n: 1 }),
        ),
    ],
    ['selectMany', (feed) => feed.pipe(selectMany(throwing))],
    ['whereEach', (feed) => feed.pipe(whereEach(throwing))],
  ]
  for (const [index, [operator, build]] of cases.entries())
    it(`ends ${operator} with an OperatorError, disturbs nobody else, and leaves the source (${index})`, () => {
      const source = make(a)
      const errors: unknown[] = []
      build(source.feed).subscribe({ error: (error) => errors.push(error) })
      const other = record(source.feed)
      assert.ok(errors[0] instanceof OperatorError && errors[0].operator === operator, String(errors[0]))
      assert.equal(errors.length, 1)
      source.publish(b)
      assert.equal(other.take(), 'R +a . +b .')
    })
})

describe('an end', () => {
  it('of a feed is told at once by an operator whose parameter has no value yet', () => {
    const failing: Feed<Row> = new Observable((out) => {
      out.error('gone')
    })
    assert.equal(record(failing.pipe(where<Row>(NEVER))).take(), '!')
  })

  it('of a feed of groups leaves the groups readable', () => {
    const source = make(a, b)
    const groups: Feed<Row>[] = []
    source.feed.pipe(group('n')).subscribe((event) => {
      if (event.type === 'publish') groups.push(event.item.feed)
    })
    const refresh = new Subject<void>()
    const first = record(groups[0]!.pipe(refreshOn(refresh), checkLaws()))
    source.complete()
    refresh.next()
    assert.equal(first.take(), 'R +a .')
  })
})

describe('conflate', () => {
  it('discards what waits when its input fails', () => {
    const source = make(a)
    const failure = new Subject<boolean>()
    const recorder = record(
      source.feed.pipe(
        where<Row>(
          failure.pipe(
            startWith(true),
            map(() => () => true),
          ),
        ),
        conflate(NEVER),
      ),
    )
    source.publish(b)
    failure.error('gone')
    assert.equal(recorder.take(), 'R +a . !')
  })

  it('sends what waits when its demands complete, and the rest at the end', () => {
    const source = make(a)
    const demand = new Subject<void>()
    const recorder = record(source.feed.pipe(conflate(demand), checkLaws()))
    source.publish(b)
    demand.complete()
    assert.equal(recorder.take(), 'R +a . +b .')
    source.publish(c)
    assert.equal(recorder.take(), '')
    source.complete()
    assert.equal(recorder.take(), '+c . |')
  })
})

describe('orderBy', () => {
  it('of no fields is by id, whatever fields there are', () => {
    const source = new Source<{ id: string; '': number }>({
      key: ({ id }) => id,
      initial: [
        { id: 'a', '': 2 },
        { id: 'b', '': 1 },
      ],
    })
    assert.equal(record(source.feed.pipe(orderBy({}))).take(), 'R +a>0 +b>1 .')
  })
})

describe('a feed that was left', () => {
  it('is not kept by who listens on', async () => {
    let old: Source<Row> | undefined = make(a)
    const ref = new WeakRef(old)
    const feeds = new BehaviorSubject<Feed<Row>>(old.feed)
    const now = make(b)
    const recorder = record(feeds.pipe(switchFeed()))
    feeds.next(now.feed)
    assert.equal(recorder.take(), 'R +a . -a +b .')
    old = undefined
    for (let round = 0; round < 5; round++) {
      await new Promise((resolve) => setImmediate(resolve))
      gc!()
    }
    assert.equal(ref.deref(), undefined)
    recorder.subscription.unsubscribe()
  })
})

describe('operators that remember what they have sent only where something changes', () => {
  it('union looks at no key of other feeds when one is reset', () => {
    const rows = new Subject<FeedEvent<Row>>()
    let calls = 0
    const resolve = (items: readonly Row[]): Row => (calls++, { id: '', n: items.length })
    const recorder = record(union(make(a, b).feed, rows, { resolve }).pipe(checkLaws()))
    const again = (): void => {
      for (const event of [resetEvent('test'), publishEvent('c', c), commitEvent({})]) rows.next(event)
    }
    again()
    assert.equal(recorder.take(), 'R +a +b +c .')
    calls = 0
    again()
    assert.deepEqual([recorder.take(), calls], ['~c .', 1])
  })

  it('rekey keeps the laws if its feed goes on while it sends', () => {
    const rows = new Subject<FeedEvent<Row>>()
    const [a2, b2, b3] = [
      { id: 'a', n: 7 },
      { id: 'b', n: 8 },
      { id: 'b', n: 9 },
    ]
    let once = true
    const recorder = record(
      rows.pipe(
        rekey('id'),
        checkLaws(),
        tap((event) => {
          if (event.type !== 'change' || !once) return
          once = false
          rows.next(changeEvent('b', b3, b2))
          rows.next(commitEvent({}))
        }),
      ),
    )
    for (const event of [resetEvent('test'), publishEvent('a', a), publishEvent('b', b), commitEvent({})]) rows.next(event)
    recorder.take()
    for (const event of [changeEvent('a', a2, a), changeEvent('b', b2, b), commitEvent({})]) rows.next(event)
    assert.match(recorder.take(), /~b/)
  })

  it('minOf takes 1 and 1n for two values', () => {
    const source = new Source<{ id: string; v: number | bigint }>({
      key: ({ id }) => id,
      initial: [
        { id: 'a', v: 1 },
        { id: 'b', v: 1n },
      ],
    })
    let least: unknown
    source.feed.pipe(aggregate(minOf((row) => row.v))).subscribe((value) => (least = value))
    source.retract('a')
    assert.equal(least, 1n)
  })

  it('aggregate tells a record only if it has changed, however often its feed is reset', () => {
    const rows = new Subject<FeedEvent<Row>>()
    const told: unknown[] = []
    rows.pipe(aggregate({ n: countOf() })).subscribe((value) => told.push(value))
    const [reset, commit, publish] = [resetEvent('test'), commitEvent({}), publishEvent('a', a)]
    for (const event of [reset, publish, commit, reset, reset, publish, commit, publishEvent('b', b), reset, publish, commit])
      rows.next(event)
    assert.deepEqual(told, [{ n: 1 }])
  })
})
