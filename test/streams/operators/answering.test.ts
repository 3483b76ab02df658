import assert from 'node:assert/strict'
import { BehaviorSubject, merge, NEVER, type Observable, of, Subject, Subscription, switchMap } from 'rxjs'
import {
  aggregate,
  applyEvent,
  asArray,
  countOf,
  type Feed,
  type FeedEvent,
  type Key,
  orderBy,
  shareFeed,
  Source,
  where,
} from '../../../src/streams/index.js'
import { equalValues } from '../../../src/streams/query.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'
import { disturb, type Pipeline, pipelines, type Row, rowsOf } from './pipelines.js'

/** What is at the end whatever happens in between: the items of a feed, or the last value. */
interface Follower {
  readonly state: Map<Key, unknown>
  last: unknown
  error: unknown
  readonly subscription: Subscription
}

/** Follows an output, and calls `answer` with the number of each event. */
function follow(output: Observable<unknown>, answer: (count: number) => void = () => undefined): Follower {
  const subscription = new Subscription()
  const follower: Follower = { state: new Map(), last: undefined, error: undefined, subscription }
  let count = 0
  const next = (event: unknown): void => {
    if (isEvent(event)) applyEvent(follower.state, event)
    else follower.last = event
    answer(++count)
  }
  subscription.add(output.subscribe({ next, error: (error) => (follower.error = error) }))
  return follower
}

function isEvent(value: unknown): value is FeedEvent<unknown> {
  return typeof value === 'object' && value !== null && 'type' in value && 'reason' in value
}

const size = 24
const rows = rowsOf(size)

/** What a consumer may do when it hears of an event. */
type Answer = (sources: { readonly a: Source<Row>; readonly b: Source<Row>; readonly again: Subject<unknown> }) => void

const answers: Readonly<Record<string, Answer>> = {
  'subscribing anew above the operator': ({ again }) => {
    again.next(undefined)
  },
  'writing to its source': ({ a }) => {
    a.publish({ ...rows[5]!, n: -5, g: 'large', ref: rows[0]!.id, parent: rows[2]!.id, v: 9 })
  },
  'writing to both sources at once': ({ a, b }) => {
    a.edit((tx) => {
      tx.retract(rows[7]!.id)
      b.retract(rows[6]!.id)
      tx.publish({ ...rows[9]!, n: 77, g: 'other' })
    })
  },
  'replacing everything': ({ a }) => {
    a.replaceAll(rows.slice(0, -4))
  },
}

/** The follower of a pipeline whose consumer answers the event of this number, and how many there were. */
function run(
  pipeline: Pipeline,
  at: number,
  answer: Answer,
): { readonly follower: Follower; readonly fresh: Follower; readonly count: number } {
  const a = new Source<Row>({ key: ({ id }) => id, initial: rows })
  const b = new Source<Row>({ key: ({ id }) => id, initial: rows.filter((_, index) => index % 5 !== 3) })
  const again = new Subject<unknown>()
  const tick = new Subject<unknown>()
  const feed: Feed<Row> = merge(again, of(0)).pipe(switchMap(() => a.feed))
  const output = pipeline(feed, b.feed, size, tick)
  let count = 0
  const checked = output.pipe((each) => (isFeed(pipeline) ? (each as Feed<unknown>).pipe(checkLaws({ same: equalValues })) : each))
  const follower = follow(checked, (now) => {
    count = now
    if (now === at) answer({ a, b, again })
  })
  disturb(a, rows)
  disturb(b, rows)
  // What an answer to the first brings is sent at the second.
  tick.next(undefined)
  tick.next(undefined)
  const fresh = follow(pipeline(a.feed, b.feed, size, tick))
  for (const { subscription } of [follower, fresh]) subscription.unsubscribe()
  return { follower, fresh, count }
}

function isFeed(pipeline: Pipeline): boolean {
  const none = new Source<Row>({ key: ({ id }) => id }).feed
  const { last, subscription } = follow(pipeline(none, none, size, NEVER))
  subscription.unsubscribe()
  return last === undefined
}

/** What is compared of a value: of a group, that it is there. */
const plain = (value: unknown): unknown => JSON.stringify(value, (key, each: unknown) => (key === 'feed' ? undefined : each))

for (const [what, answer] of Object.entries(answers))
  describe(`a consumer that answers an event by ${what}`, () => {
    for (const [name, pipeline] of Object.entries<Pipeline>(pipelines)) {
      // Its results are promises; an answer to one comes in a turn of its own.
      if (name === 'selectAsync') continue
      it(`breaks no law and misses nothing behind ${name}`, () => {
        const { count } = run(pipeline, 0, answer)
        for (let at = 1; at <= count; at++) {
          const { follower, fresh } = run(pipeline, at, answer)
          assert.equal(follower.error, undefined, `at event ${at}`)
          const [shown, expected] = [follower, fresh].map(({ state, last }) => [[...state].sort().map(plain), plain(last)])
          assert.deepEqual(shown, expected, `at event ${at}`)
        }
      })
    }
  })

describe('a consumer that subscribes anew', () => {
  it('gets what it asks for at the commit that it answers', () => {
    const todos = new Source<{ id: string; done: boolean }>({
      key: ({ id }) => id,
      initial: [
        { id: 'a', done: false },
        { id: 'b', done: true },
      ],
    })
    const filter = new BehaviorSubject({ done: false })
    const shown: string[] = []
    const chosen = filter.pipe(switchMap((which) => todos.feed.pipe(where(which))))
    chosen.pipe(orderBy({ id: 1 }), asArray()).subscribe((list) => {
      shown.push(list.map(({ id }) => id).join())
      if (list.length === 0) filter.next({ done: true })
    })
    todos.patch('a', { done: true })
    assert.deepEqual(shown, ['a', '', 'a,b'])
  })

  it('disturbs nobody else who shares the feed', () => {
    const source = new Source<Row>({ key: ({ id }) => id, initial: rows.slice(0, 2) })
    const again = new Subject<unknown>()
    const feed = merge(again, of(0)).pipe(
      switchMap(() => source.feed),
      shareFeed(),
    )
    let once = false
    feed.subscribe((event) => {
      if (event.type === 'commit' || !once) return
      once = false
      again.next(undefined)
    })
    const innocent = record(feed.pipe(checkLaws()))
    let counted = 0
    feed.pipe(aggregate(countOf())).subscribe((n) => (counted = n))
    once = true
    source.edit((tx) => (tx.publish(rows[2]!), tx.publish(rows[3]!)))
    const [a, b, c, d] = rows.map(({ id }) => id)
    assert.equal(innocent.take(), `R +${a} +${b} . +${c} R +${a} +${b} +${c} +${d} .`)
    assert.equal(counted, 4)
  })
})
