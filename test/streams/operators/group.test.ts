import assert from 'node:assert/strict'
import fc from 'fast-check'
import { finalize, Subject, Subscriber, type Subscription, tap } from 'rxjs'
import {
  type Commit,
  commitEvent,
  type FeedEvent,
  type Group,
  group,
  type ItemEvent,
  type Key,
  OperatorError,
  publishEvent,
  resetEvent,
  Source,
} from '../../../src/streams/index.js'
import { checkLaws, checkOracle } from '../../../src/streams/testing/index.js'
import { type Recorder, record } from '../recorder.js'
import { filter } from './histories.js'
import { failed, history, type Row, World } from './random-history.js'

const a: Row = { id: 'a', n: 1, g: 'x' }
const b: Row = { id: 'b', n: 1, g: 'y' }
const c: Row = { id: 'c', n: 2, g: 'x' }
const keyOf = (row: Row): string | null => (row.n === 0 ? null : row.g)

/** A source of rows, grouped, and the groups that there are. */
function groups(...rows: readonly Row[]) {
  const source = new Source<Row>({ key: (row) => row.id, initial: rows })
  const found = new Map<Key, Group<Row>>()
  let subscribed = 0
  const counted = source.feed.pipe(
    tap({ subscribe: () => subscribed++ }),
    finalize(() => subscribed--),
  )
  const feed = counted.pipe(group(keyOf), checkLaws())
  const outer = record(feed.pipe(tap((event) => void (event.type === 'publish' && found.set(event.id, event.item)))))
  const inner = (key: Key): Recorder => record(found.get(key)!.feed.pipe(checkLaws()))
  outer.take()
  return { source, found, outer, inner, count: () => subscribed }
}

describe('group', () => {
  it('tells the groups, and each its items', () => {
    const { source, found, outer, inner } = groups(a, b, c)
    const [x, y] = [inner('x'), inner('y')]
    assert.deepEqual([[...found.keys()], x.take(), y.take()], [['x', 'y'], 'R +a +c .', 'R +b .'])
    source.patch('a', { n: 5 })
    assert.deepEqual([outer.take(), x.take(), y.take()], ['', '~a .', ''])
  })

  it('leaves a group whole that nobody listens to, if the groups are left in the middle of a transaction that concerns it', () => {
    const rows = new Subject<FeedEvent<Row>>()
    let x: Group<Row> | undefined
    const outer = rows.pipe(group(keyOf)).subscribe((event) => {
      if (event.type === 'publish') x = event.item
    })
    for (const event of [resetEvent('test'), publishEvent('a', a), commitEvent({}), publishEvent('c', c)]) rows.next(event)
    outer.unsubscribe()
    assert.equal(record(x!.feed.pipe(checkLaws())).take(), 'R . |')
  })

  it('tells a group to its end, if the groups are left while its snapshot is told', () => {
    const rows = new Source<Row>({ key: ({ id }) => id, initial: [a, c] })
    let x: Group<Row> | undefined
    const outer = rows.feed.pipe(group(keyOf)).subscribe((event) => {
      if (event.type === 'publish') x = event.item
    })
    const leaving = tap((event: FeedEvent<Row>) => {
      if (event.type === 'publish') outer.unsubscribe()
    })
    assert.equal(record(x!.feed.pipe(checkLaws(), leaving)).take(), 'R +a +c . |')
    assert.equal(record(x!.feed.pipe(checkLaws())).take(), 'R . |')
  })

  it('moves an item that changes its key, retracts and completes an empty group, and makes another later', () => {
    const { source, found, outer, inner } = groups(a, b, c)
    const [x, y, first] = [inner('x'), inner('y'), found.get('y')]
    x.take()
    y.take()
    source.patch('b', { g: 'x' })
    assert.deepEqual([outer.take(), x.take(), y.take()], ['-y .', '+b .', '-b . |'])
    source.patch('a', { g: 'y' })
    assert.deepEqual([outer.take(), x.take(), inner('y').take()], ['+y .', '-a .', 'R +a .'])
    assert.notEqual(found.get('y'), first)
    assert.equal(record(first!.feed.pipe(checkLaws())).take(), 'R . |')
  })

  it('keeps a group that is empty only inside a transaction, and never tells of one that is there only inside', () => {
    const { source, outer, inner } = groups(a, c)
    const x = inner('x')
    x.take()
    source.edit((tx) => (tx.retract('a'), tx.retract('c'), tx.publish({ id: 'd', n: 1, g: 'x' })))
    assert.deepEqual([outer.take(), x.take()], ['', '-a -c +d .'])
    source.edit((tx) => (tx.publish(b), tx.retract('b')))
    assert.equal(outer.take(), '')
  })

  it('has no group for null and undefined, and strings for other keys', () => {
    const source = new Source<{ readonly id: string; readonly key?: number | boolean | null }>({ key: ({ id }) => id })
    const outer = record(source.feed.pipe(group('key'), checkLaws()))
    source.edit((tx) => {
      for (const [index, key] of [1, true, null, Number.NaN, 0].entries()) tx.publish({ id: String(index), key })
      tx.publish({ id: 'none' })
    })
    assert.equal(outer.take(), 'R . +1 +true +NaN +0 .')
  })

  it('gives a feed of a group its commit before its own, and the very same', () => {
    const source = new Source<Row>({ key: (row) => row.id, initial: [a] })
    const log: unknown[] = []
    const commits = new Set<FeedEvent<unknown>>()
    const note = (name: string) => (event: FeedEvent<unknown>) => {
      if (event.type !== 'commit') return
      log.push(name)
      commits.add(event)
    }
    const groupsOf = source.feed.pipe(group('g'))
    groupsOf.subscribe((event) => {
      note('outer')(event)
      if (event.type === 'publish') event.item.feed.subscribe(note(event.id))
    })
    log.length = 0
    commits.clear()
    source.edit((tx) => (tx.publish(b), tx.publish(c)))
    assert.deepEqual([log, commits.size], [['x', 'y', 'outer'], 1])
  })

  it('lets who comes in the middle of a transaction wait for its commit', () => {
    const { source, inner } = groups(a, b)
    let late: Recorder | undefined
    const first = inner('x')
    let told = ''
    // Behind the groups in the source's list: they know the transaction, but not that it is whole.
    source.feed.subscribe((event) => {
      if (event.type !== 'change') return
      late = inner('x')
      told = late.take()
    })
    source.patch('a', { n: 9 })
    assert.deepEqual([told, late!.take(), first.take()], ['R +a', '.', 'R +a . ~a .'])
  })

  it('passes an error on to the groups, also to who comes later', () => {
    const source = new Source<Row>({ key: (row) => row.id, initial: [a, b] })
    const found: Group<Row>[] = []
    const bad = (row: Row): string => {
      if (row.n === 0) throw new Error('mine')
      return row.g
    }
    const outer = record(
      source.feed.pipe(
        group(bad),
        tap((event) => void (event.type === 'publish' && found.push(event.item))),
      ),
    )
    const inner = record(found[0]!.feed.pipe(checkLaws()))
    source.patch('a', { n: 0 })
    const late = record(found[1]!.feed.pipe(checkLaws()))
    assert.deepEqual([outer.take(), inner.take(), late.take()], ['R +x +y . !', 'R +a . !', 'R !'])
    const [error] = inner.errors
    assert.ok(error instanceof OperatorError && error.operator === 'group' && error.id === 'a')
  })

  it('completes with its input', () => {
    const { source, outer, inner } = groups(a)
    const x = inner('x')
    source.complete()
    assert.deepEqual([outer.take(), x.take(), inner('x').take()], ['|', 'R +a . |', 'R +a . |'])
  })

  it('completes the groups and releases all when nobody listens to it any more', () => {
    const { outer, inner, count } = groups(a, b)
    const x = inner('x')
    outer.subscription.unsubscribe()
    assert.deepEqual([x.take(), inner('y').take(), count()], ['R +a . |', 'R . |', 0])
  })

  it('ends a transaction that a group has begun to tell before it completes', () => {
    const { source, outer, inner, count } = groups(a, b)
    const [x, y] = [inner('x'), inner('y')]
    let during: unknown
    source.feed.subscribe((event) => {
      if (event.type !== 'change') return
      outer.subscription.unsubscribe()
      during = [x.take(), y.take(), count()]
    })
    source.patch('a', { n: 9 })
    assert.deepEqual([during, x.take(), y.take(), count()], [['R +a . ~a', 'R +b .', 1], '. |', '|', 0])
  })

  it('waits with its end for nobody who has left', () => {
    const { source, outer, inner, count } = groups(a)
    const x = inner('x')
    source.feed.subscribe((event) => {
      if (event.type !== 'change') return
      outer.subscription.unsubscribe()
      x.subscription.unsubscribe()
      assert.equal(count(), 0)
    })
    source.patch('a', { n: 9 })
    assert.equal(count(), 0)
  })

  it('does not subscribe for who has left already', () => {
    const { source } = groups(a)
    const gone = new Subscriber<FeedEvent<unknown>>()
    gone.unsubscribe()
    let subscribed = false
    source.feed.pipe(tap({ subscribe: () => (subscribed = true) }), group('g')).subscribe(gone)
    assert.equal(subscribed, false)
  })
})

/** A subscriber of a group among those that come and go. */
interface Listener {
  readonly group: Group<Row>
  readonly subscription: Subscription
  ended: 'completed' | 'failed' | undefined
}

describe('the feeds of groups on random histories', () => {
  it('keep the laws for who comes and goes at any time, and commit with their input', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat(3)), ({ initial, steps, failure }, chances) => {
        const world = new World(initial)
        const seen = new Set<Group<Row>>()
        let present = new Map<Key, Group<Row>>()
        /** Those that were there when the input completed: they keep their items. */
        let kept = new Set<Group<Row>>()
        const listeners: Listener[] = []
        const failures: unknown[] = []
        const fail = (error: unknown): unknown => error !== failed && failures.push(error)
        let commit: Commit | undefined
        let open = 0
        const listen = (each: Group<Row>): void => {
          let first = true
          let inside = false
          const enter = (now: boolean): void => {
            if (now !== inside) open += now ? 1 : -1
            inside = now
          }
          const listener: Listener = {
            group: each,
            ended: undefined,
            subscription: each.feed
              .pipe(
                checkLaws(),
                checkOracle(() => filter(world.state(0), (row) => keyOf(row) === each.key)),
                finalize(() => {
                  enter(false)
                }),
              )
              .subscribe({
                next: (event) => {
                  enter(event.type !== 'commit')
                  if (event.type !== 'commit') return
                  if (!first && event !== commit) failures.push(new Error('not the commit of the input'))
                  first = false
                },
                error: (error) => {
                  fail(error)
                  listener.ended = 'failed'
                },
                complete: () => (listener.ended = 'completed'),
              }),
          }
          listeners.push(listener)
        }
        const outer = world.feeds[0]
          .pipe(
            tap((event) => event.type === 'commit' && (commit = event)),
            group(keyOf),
            checkLaws(),
          )
          .subscribe({
            next: (event) => {
              if (event.type === 'reset') present = new Map()
              if (event.type === 'publish') {
                present.set(event.id, event.item)
                seen.add(event.item)
                if (chances.next().value === 0) listen(event.item)
              }
              if (event.type === 'retract') present.delete(event.id)
              if (event.type === 'commit' && open > 0) failures.push(new Error('a group is open at the commit of the groups'))
            },
            error: fail,
            complete: () => {
              kept = new Set(present.values())
              present = new Map()
            },
          })
        const come = (): void => {
          for (const each of present.values()) if (chances.next().value === 0) listen(each)
        }
        for (const step of steps) {
          const before = present
          world.run(step, come, () => undefined)
          if (step.step === 'reset')
            for (const [key, each] of present)
              assert.ok(!before.has(key) || before.get(key) === each, 'a reset made another group of one that stays')
          if (chances.next().value === 0) listeners[chances.next().value!]?.subscription.unsubscribe()
          assert.deepEqual(failures, [])
          for (const each of listeners)
            assert.equal(
              each.ended,
              [...present.values()].includes(each.group) || (each.subscription.closed && each.ended === undefined)
                ? undefined
                : 'completed',
            )
          for (const each of seen) {
            if ([...present.values()].includes(each)) continue
            const late: ItemEvent<Row>['type'][] = []
            each.feed
              .pipe(checkLaws())
              .subscribe({ next: ({ type }) => late.push(type as 'publish'), complete: () => late.push('publish') })
            const rows = kept.has(each) ? filter(world.state(0), (row) => keyOf(row) === each.key).size : 0
            assert.deepEqual(late, ['reset', ...Array<string>(rows).fill('publish'), 'commit', 'publish'])
          }
        }
        if (failure?.source === 0 && world.fail(failure)) for (const each of listeners) assert.ok(each.subscription.closed)
        outer.unsubscribe()
        for (const each of listeners) assert.ok(each.subscription.closed)
        assert.deepEqual(failures, [])
      }),
      { numRuns: 1000 },
    )
  })
})
