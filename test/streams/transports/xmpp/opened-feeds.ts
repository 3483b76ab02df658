import assert from 'node:assert/strict'
import type { Subscription } from 'rxjs'
import { checkLaws } from '../../../../src/streams/testing/index.js'
import { type Recorder, record } from '../../recorder.js'
import type { StubNode } from './stub-node.js'

/** Feeds of stub nodes under the laws, which end with each test of the `describe` that calls this. */
export function openedFeeds() {
  const subscriptions: Subscription[] = []
  const own = (subscription: Subscription): unknown => subscriptions.push(subscription)
  const close = (): void => {
    for (const subscription of subscriptions.splice(0)) subscription.unsubscribe()
  }
  afterEach(close)

  function open(stub: StubNode, query = {}): Recorder {
    const feed = record(stub.node.feed(query).pipe(checkLaws()))
    own(feed.subscription)
    return feed
  }

  /** A feed that is ready, of a node with the items a and b. */
  async function live(stub: StubNode): Promise<Recorder> {
    stub.items.set('a', 1).set('b', 2)
    const feed = open(stub)
    await stub.answered()
    assert.equal(feed.take(), 'R +a +b .')
    return feed
  }

  return { open, live, own, close }
}
