import assert from 'node:assert/strict'
import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Subscription } from 'rxjs'
import { LimitError } from '../../../src/errors.js'
import { ChangeRoot } from '../../../src/server/mongoose/change-root.js'
import type { Item } from '../../../src/server/mongoose/items.js'
import { applyEvent, type Feed } from '../../../src/streams/event.js'
import { compileFilter, type Filter } from '../../../src/streams/query.js'
import { checkLaws } from '../../../src/streams/testing/check-laws.js'
import { FakeStore, type FakeWrite } from './fake-store.js'

const everything: Filter<Item> = {}

function open(store: FakeStore): (filter: Filter<Item>, maxRows?: number) => Feed<Item> {
  const collection = new ChangeRoot(store).collection('c', (filter) => filter)
  return (filter, maxRows = Infinity) => collection.feed(filter, maxRows)
}

/** What a subscriber has seen, with the claim that each of its commits shows a state that the store had, at or after the position told. */
class Viewer {
  readonly state = new Map<string, Item>()
  commits = 0
  error: unknown
  readonly subscription: Subscription

  constructor(feed: Feed<Item>, store: FakeStore, filter: Filter<Item>) {
    const matches = compileFilter<Item>(filter)
    this.subscription = feed.pipe(checkLaws()).subscribe({
      next: (event) => {
        applyEvent(this.state, event)
        if (event.type !== 'commit') return
        this.commits++
        const then = store.history.get(event.cursor['fake']!)!
        const expected = [...then].filter(([, doc]) => matches(doc))
        if (!isDeepStrictEqual(this.state, new Map(expected)))
          this.error ??= new Error(`a commit showed no state of the store: ${inspect(this.state)}`)
      },
      error: (error: unknown) => {
        this.error = error
      },
    })
  }
}

const write = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), doc: fc.record({ n: fc.nat(3) }, { noNullPrototype: true }) }),
  },
  { weight: 3, arbitrary: fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd') }) },
  { weight: 1, arbitrary: fc.constant({}) },
)
const step = fc.oneof(
  fc.record({ type: fc.constant('write' as const), writes: fc.array(write, { minLength: 1, maxLength: 3 }) }),
  fc.record({ type: fc.constant('subscribe' as const), filter: fc.constantFrom<Filter<Item>>({}, { n: 1 }, { n: { $gt: 1 } }) }),
  fc.constant({ type: 'take' as const }),
  fc.constant({ type: 'give' as const }),
  fc.record({ type: fc.constant('leave' as const), index: fc.nat(5) }),
)

describe('LiveQuery', () => {
  for (const synchronous of [true, false]) {
    it(`loses and doubles nothing between snapshot and live, reading ${synchronous ? 'at once' : 'while writes go on'}`, () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const store = new FakeStore(synchronous)
          const feed = open(store)
          const viewers: Viewer[] = []
          for (const step of steps) {
            if (step.type === 'write') store.write(...(step.writes as FakeWrite[]))
            else if (step.type === 'subscribe') viewers.push(new Viewer(feed(step.filter), store, step.filter))
            else if (step.type === 'take') store.take()
            else if (step.type === 'give') await store.give()
            else viewers[step.index]?.subscription.unsubscribe()
          }
          while (store.reading) await store.give()
          store.write({ id: 'last', doc: { n: 1 } })
          for (const viewer of viewers) {
            assert.equal(viewer.error, undefined)
            if (!viewer.subscription.closed) assert.ok(viewer.commits > 0)
          }
        }),
      ))
  }

  it('is ready when subscribe returns, where the store reads at once', () => {
    const store = new FakeStore(true)
    store.write({ id: 'a', doc: { n: 1 } })
    const viewer = new Viewer(open(store)(everything), store, everything)
    assert.deepEqual([...viewer.state.keys(), viewer.commits], ['a', 1])
  })

  it('makes one commit of one transaction, and none of one that does not concern it', () => {
    const store = new FakeStore(true)
    const viewer = new Viewer(open(store)({ n: 1 }), store, { n: 1 })
    store.write({ id: 'a', doc: { n: 1 } }, { id: 'b', doc: { n: 1 } })
    store.write({ id: 'c', doc: { n: 2 } })
    assert.equal(viewer.commits, 2)
  })

  it('sends nothing for a write that alters no field', () => {
    const store = new FakeStore(true)
    store.write({ id: 'a', doc: { n: 1 } })
    const viewer = new Viewer(open(store)(everything), store, everything)
    store.write({ id: 'a', doc: { n: 1 } })
    assert.equal(viewer.commits, 1)
  })

  it('needs no store where the whole collection is live', () => {
    const store = new FakeStore(false)
    const feed = open(store)
    const whole = new Viewer(feed(everything), store, everything)
    store.write({ id: 'a', doc: { n: 1 } })
    return store.give().then(() => {
      const part = new Viewer(feed({ n: 1 }), store, { n: 1 })
      store.write({ id: 'b', doc: { n: 1 } })
      assert.deepEqual([whole.state.size, part.state.size, part.commits, store.reading], [2, 2, 2, false])
    })
  })

  it('shares items by reference between queries', () => {
    const store = new FakeStore(true)
    const feed = open(store)
    const one = new Viewer(feed(everything), store, everything)
    store.write({ id: 'a', doc: { n: 1 } })
    const two = new Viewer(feed({ n: 1 }), store, { n: 1 })
    assert.equal(one.state.get('a'), two.state.get('a'))
  })

  it('reads once for any number of subscribers', () => {
    const store = new FakeStore(false)
    const feed = open(store)
    const viewers = [1, 2, 3].map(() => new Viewer(feed(everything), store, everything))
    void store.give()
    assert.equal(store.reading, false)
    assert.equal(viewers.length, 3)
  })

  it('ends with LimitError beyond its rows, at once or later', () => {
    const store = new FakeStore(true)
    store.write({ id: 'a', doc: { n: 1 } }, { id: 'b', doc: { n: 1 } })
    const feed = open(store)
    assert.ok(new Viewer(feed(everything, 1), store, everything).error instanceof LimitError)
    const later = new Viewer(feed(everything, 2), store, everything)
    store.write({ id: 'c', doc: { n: 1 } })
    assert.ok(later.error instanceof LimitError)
  })

  it('is ready at the end of the transaction in which somebody subscribes from inside of it', () => {
    const store = new FakeStore(true)
    const feed = open(store)
    let inner: Viewer | undefined
    const outer = feed(everything).subscribe((event) => {
      if (event.type === 'publish' && inner === undefined) {
        inner = new Viewer(feed({ n: 1 }), store, { n: 1 })
        assert.equal(inner.commits, 0)
      }
    })
    store.write({ id: 'a', doc: { n: 1 } }, { id: 'b', doc: { n: 1 } })
    assert.deepEqual([inner!.commits, [...inner!.state.keys()]], [1, ['a', 'b']])
    outer.unsubscribe()
  })
})
