import assert from 'node:assert/strict'
import { Observable, Subject } from 'rxjs'
import { commitEvent, type FeedEvent, publishEvent, resetEvent, shareFeed } from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

/** A feed driven by hand that counts its subscribers. */
function driven(): {
  readonly events: Subject<FeedEvent<number>>
  readonly feed: Observable<FeedEvent<number>>
  readonly count: () => number
} {
  const events = new Subject<FeedEvent<number>>()
  let subscribers = 0
  const feed = new Observable<FeedEvent<number>>((out) => {
    subscribers++
    const subscription = events.subscribe(out)
    return () => {
      subscribers--
      subscription.unsubscribe()
    }
  })
  return { events, feed, count: () => subscribers }
}

describe('shareFeed', () => {
  it('subscribes once for all and gives a late one the state', () => {
    const { events, feed, count } = driven()
    const shared = feed.pipe(shareFeed())
    const early = record(shared)
    events.next(resetEvent('x'))
    events.next(publishEvent('a', 1))
    events.next(commitEvent({}))
    const late = record(shared.pipe(checkLaws()))
    assert.deepEqual([early.take(), late.take(), count()], ['R +a .', 'R +a .', 1])
  })

  it('lets who comes in the middle of a transaction wait for its commit', () => {
    const { events, feed } = driven()
    const shared = feed.pipe(shareFeed())
    record(shared)
    events.next(resetEvent('x'))
    events.next(publishEvent('a', 1))
    const late = record(shared.pipe(checkLaws()))
    assert.equal(late.take(), 'R +a')
    events.next(commitEvent({}))
    assert.equal(late.take(), '.')
  })

  it('does not tell who joins inside an event of that event again', () => {
    const { events, feed } = driven()
    const shared = feed.pipe(shareFeed())
    let late: ReturnType<typeof record> | undefined
    shared.subscribe((event) => {
      if (event.type === 'publish') late ??= record(shared.pipe(checkLaws()))
    })
    events.next(resetEvent('x'))
    events.next(publishEvent('a', 1))
    events.next(commitEvent({}))
    assert.equal(late!.take(), 'R +a .')
  })

  it('releases the feed with the last to leave, and begins anew', () => {
    const { feed, count } = driven()
    const shared = feed.pipe(shareFeed())
    const [first, second] = [record(shared), record(shared)]
    first.subscription.unsubscribe()
    assert.equal(count(), 1)
    second.subscription.unsubscribe()
    assert.equal(count(), 0)
    record(shared)
    assert.equal(count(), 1)
  })

  it('passes errors and completion to all', () => {
    const failing = driven()
    const shared = failing.feed.pipe(shareFeed())
    const [first, second] = [record(shared), record(shared)]
    failing.events.error(new Error('gone'))
    assert.deepEqual([first.take(), second.take(), failing.count()], ['!', '!', 0])
    const ending = driven()
    const recorder = record(ending.feed.pipe(shareFeed()))
    ending.events.complete()
    assert.deepEqual([recorder.take(), ending.count()], ['|', 0])
  })
})
