import assert from 'node:assert/strict'
import { BehaviorSubject, defer, map, NEVER, of, startWith, Subject, switchMap, throwError } from 'rxjs'
import {
  aggregate,
  ArgumentError,
  countOf,
  diff,
  type Feed,
  feedOf,
  fields,
  fromSnapshots,
  item,
  OperatorError,
  orderBy,
  query,
  QueryError,
  select,
  slice,
  Source,
  sumOf,
  union,
  where,
} from '../../../src/streams/index.js'
import { turns } from '../../../src/streams/internal/turns.js'
import { feedMarbles, marble } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly n: number
  readonly g?: string
}
const make = (...rows: readonly Row[]): Source<Row> => new Source<Row>({ key: (row) => row.id, initial: rows })
const a: Row = { id: 'a', n: 1 }
const b: Row = { id: 'b', n: 2 }
const c: Row = { id: 'c', n: 3 }

/** What an operator sends after the snapshot for one write. */
function sends(operator: (feed: Feed<Row>) => Feed<unknown>, write: (source: Source<Row>) => void): string {
  const source = make(a, b, c)
  const recorder = record(operator(source.feed))
  recorder.take()
  write(source)
  return recorder.take()
}

describe('operators', () => {
  const byN = orderBy<Row>({ n: 1 })
  const table: readonly (readonly [string, (feed: Feed<Row>) => Feed<unknown>, (source: Source<Row>) => void, string])[] = [
    ['select drops a change that it does not show', (feed) => feed.pipe(select((row) => row.n > 0)), (s) => s.patch('a', { n: 5 }), ''],
    ['fields drops a change of other fields', (feed) => feed.pipe(fields('id')), (s) => s.patch('a', { n: 5 }), ''],
    ['fields keeps a move', (feed) => byN(feed).pipe(fields('id')), (s) => s.patch('a', { n: 5 }), '-a<0 +a>2 .'],
    ['orderBy tells a move', byN, (s) => s.patch('a', { n: 5 }), '~a<0>2 .'],
    ['orderBy tells a change in place', byN, (s) => s.patch('b', { n: 2.5 }), '~b<1>1 .'],
    ['slice lets the next one in', (feed) => byN(feed).pipe(slice({ limit: 2 })), (s) => s.retract('a'), '-a<0 +c>1 .'],
    ['slice pushes the last one out', (feed) => byN(feed).pipe(slice({ limit: 2 })), (s) => s.publish({ id: 'd', n: 0 }), '-b<1 +d>0 .'],
    ['slice does not hear of the rows behind it', (feed) => byN(feed).pipe(slice({ limit: 2 })), (s) => s.patch('c', { n: 9 }), ''],
    [
      'slice tells the net difference',
      (feed) => byN(feed).pipe(slice({ limit: 2 })),
      (s) => s.edit((tx) => (tx.patch('a', { n: 9 }), tx.patch('a', { n: 1 }))),
      '~a<0>0 .',
    ],
    ['where drops order', (feed) => byN(feed).pipe(where<Row>({ n: { $gt: 1 } })), (s) => s.patch('b', { n: 9 }), '~b .'],
    [
      'query does all of it',
      (feed) => feed.pipe(query({ filter: { n: { $gt: 1 } }, sort: { n: -1 }, limit: 1 })),
      (s) => s.patch('a', { n: 9 }),
      '-c<0 +a>0 .',
    ],
  ]
  for (const [name, operator, write, expected] of table) it(name, () => assert.equal(sends(operator, write), expected))

  const throwing = (): never => {
    throw new Error('mine')
  }
  const failures: readonly (readonly [string, (feed: Feed<Row>) => Feed<unknown>])[] = [
    ['where', (feed) => feed.pipe(where(throwing))],
    ['select', (feed) => feed.pipe(select(throwing))],
    ['orderBy', (feed) => feed.pipe(orderBy(throwing))],
    ['union', (feed) => union(feed, feed, { resolve: throwing })],
    ['where', (feed) => feed.pipe(where<Row>(of(throwing)))],
    ['diff', (feed) => feed.pipe(diff({ same: throwing }))],
  ]
  for (const [operator, build] of failures) {
    it(`${operator} ends with an OperatorError that names it when a function of the user throws`, () => {
      const source = make(a, b)
      const again = new Subject<void>()
      const recorder = record(build(operator === 'diff' ? union(source.feed).pipe(resettable(again)) : source.feed))
      again.next()
      const [error] = recorder.errors
      assert.ok(error instanceof OperatorError && error.operator === operator && (error.cause as Error).message === 'mine')
    })
  }

  it('report a bad query when they are made, with its path', () => {
    assert.throws(
      () => where<Row>({ n: { $foo: 1 } } as never),
      (error) => error instanceof QueryError && /n\.\$foo/.test(error.path),
    )
    assert.throws(() => orderBy<Row>({ n: 2 } as never), QueryError)
    assert.throws(() => slice({ skip: -1 }), ArgumentError)
    assert.throws(() => query<Row>({ limit: 1.5 }), ArgumentError)
  })

  const values: readonly (readonly [string, (feed: Feed<Row>) => Feed<unknown>, new (...args: never[]) => Error])[] = [
    ['a bad Filter', where<Row>(of({ n: { $foo: 1 } }) as never), QueryError],
    ['a bad sort', orderBy<Row>(of({ n: 2 }) as never), QueryError],
    ['a bad range', (feed) => byN(feed).pipe(slice(of({ limit: -1 }))), ArgumentError],
    ['a parameter that fails', where<Row>(throwError(() => new RangeError('x'))), RangeError],
  ]
  for (const [name, operator, type] of values) {
    it(`end with the error of ${name} that comes as a value`, () => {
      const [error] = record(operator(make(a).feed)).errors
      assert.ok(error instanceof type)
    })
  }

  it('read a parameter when the turn settles, and only its newest value', () => {
    const built: number[] = []
    const limits = new Subject<number>()
    const recorder = record(
      byN(make(a, b, c).feed).pipe(
        slice(
          limits.pipe(
            map((limit) => ({
              get limit() {
                built.push(limit)
                return limit
              },
            })),
          ),
        ),
      ),
    )
    limits.next(1)
    turns.run(() => {
      limits.next(9)
      limits.next(2)
    })
    assert.deepEqual([recorder.take(), built], ['R +a>0 . +b>1 .', [1, 2]])
  })

  it('keep the state of a feed that has completed for later values of a parameter', () => {
    const limits = new Subject<{ readonly limit: number }>()
    let subscriptions = 0
    const once = defer(() => (subscriptions++, feedOf([a, b, c], (row) => row.id)))
    const recorder = record(byN(once).pipe(slice(limits)))
    limits.next({ limit: 1 })
    limits.next({ limit: 2 })
    limits.complete()
    assert.deepEqual([recorder.take(), subscriptions], ['R +a>0 . +b>1 . |', 1])
  })

  it('release their inputs', () => {
    const source = make(a)
    const sinks = (): number => Reflect.get(Reflect.get(source, 'sinks') as object, 'size') as number
    const ranges = new BehaviorSubject({ limit: 1 })
    const subscriptions = [
      source.feed.pipe(orderBy({ n: 1 }), slice(ranges)).subscribe(),
      source.feed.pipe(where({ n: 1 }), orderBy({ n: 1 }), slice({ limit: 1 })).subscribe(),
      union(source.feed, source.feed.pipe(where<Row>(of({ n: 1 })))).subscribe(),
      source.feed.pipe(aggregate(countOf())).subscribe(),
    ]
    assert.deepEqual([sinks(), ranges.observed], [5, true])
    for (const subscription of subscriptions) subscription.unsubscribe()
    assert.deepEqual([sinks(), ranges.observed], [0, false])
  })
})

describe('item', () => {
  it('follows one item', () => {
    const source = make(a, b)
    const seen: unknown[] = []
    source.feed.pipe(item('a')).subscribe((each) => seen.push(each?.n))
    source.publish({ ...b, n: 7 })
    source.patch('a', { n: 2 })
    source.retract('a')
    assert.deepEqual(seen, [1, 2, undefined])
  })
})

describe('sumOf', () => {
  const sums: readonly (readonly [string, readonly number[], readonly number[], number])[] = [
    ['forgets an infinity', [1, Infinity, 2], [Infinity], 3],
    ['forgets NaN', [1, NaN], [NaN], 1],
    ['has both infinities as NaN', [Infinity, -Infinity], [], NaN],
    ['leaves nothing of fractions', [0.1, 0.2, 0.3, 5], [0.1, 0.2, 0.3], 5],
    ['keeps small values beside large ones', [1e16, 1, -1e16], [], 1],
    ['is exact for safe integers', [Number.MAX_SAFE_INTEGER, 1, 2], [Number.MAX_SAFE_INTEGER], 3],
    ['of the large and the fractional', [2 ** 60, 0.5], [2 ** 60], 0.5],
  ]
  for (const [name, added, removed, expected] of sums) {
    it(name, () => {
      const sum = sumOf<{ v: number }>('v').accumulate()
      for (const v of added) sum.add({ v }, '')
      for (const v of removed) sum.remove({ v }, '')
      assert.equal(sum.value, expected)
    })
  }
})

describe('feedOf', () => {
  it('is a snapshot, a commit and the end', () => assert.equal(record(feedOf([a, b], (row) => row.id)).take(), 'R +a +b . |'))
})

describe('fromSnapshots', () => {
  it('sends the difference of each array', () => {
    const snapshots = new Subject<readonly Row[]>()
    const recorder = record(fromSnapshots(snapshots, { key: (row) => row.id }))
    snapshots.next([a, b])
    snapshots.next([b, c])
    snapshots.next([b, { ...c, n: 4 }])
    snapshots.complete()
    assert.equal(recorder.take(), 'R +a +b . -a +c . ~c . |')
  })

  it('ends with an error for two items of one key', () => {
    const recorder = record(fromSnapshots(of([a, a]), { key: (row) => row.id }))
    assert.ok(recorder.errors[0] instanceof OperatorError)
  })
})

describe('union', () => {
  it(
    'waits for all its feeds, completes with the last and unsubscribes from all',
    feedMarbles(({ feed, expectFeed }) => {
      const values = { a: marble.add(a), b: marble.add(b) }
      const left = feed<Row>('    (Ra.)--|', values)
      const right = feed<Row>('   -------(Rb.)----|', values)
      expectFeed(union(left, right), '-------(Rab.)---|', values)
      expectFeed(union(left, NEVER), '-', values, '---!')
    }),
  )

  it('ends with the first error', () => {
    assert.equal(
      record(
        union(
          make(a).feed,
          throwError(() => new Error('x')),
        ),
      ).take(),
      '!',
    )
  })
})

/** Subscribes anew at each signal, as a transport does after an outage. */
function resettable(signal: Subject<void>): (feed: Feed<Row>) => Feed<Row> {
  return (feed) =>
    signal.pipe(
      startWith(undefined),
      switchMap(() => feed),
    )
}
