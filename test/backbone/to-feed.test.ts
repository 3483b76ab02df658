import assert from 'node:assert/strict'
import Backbone from 'backbone'
import fc from 'fast-check'
import { bind } from '../../src/backbone/bind.js'
import { derive } from '../../src/backbone/derive.js'
import { toFeed } from '../../src/backbone/to-feed.js'
import { applyEvent, type FeedEvent, type Key, type OrderedEvent } from '../../src/streams/event.js'
import { orderBy } from '../../src/streams/operators/order-by.js'
import { select } from '../../src/streams/operators/select.js'
import { slice } from '../../src/streams/operators/slice.js'
import { union } from '../../src/streams/operators/union.js'
import { where } from '../../src/streams/operators/where.js'
import { Source } from '../../src/streams/source.js'
import { checkLaws } from '../../src/streams/testing/check-laws.js'
import { contentOf, record } from './recorder.js'
import { settled } from './stub-node.js'

interface Row {
  readonly id: string
  readonly rank: number
}

const rows = (...ranks: number[]): Row[] => ranks.map((rank, index) => ({ id: `r${index}`, rank }))

/** Types of events, `|` for a commit. */
function typesOf(events: readonly FeedEvent<unknown>[]): string {
  return events.map(({ type }) => (type === 'commit' ? '|' : type)).join(' ')
}

describe('toFeed', () => {
  const cases: [string, (c: Backbone.Collection) => void, string][] = [
    ['add of several', (c) => c.add([{ id: 'x' }, { id: 'y' }]), 'publish publish |'],
    ['remove', (c) => c.remove(c.at(0)), 'retract |'],
    ['change of one model', (c) => c.at(0).set({ rank: 7, more: 1 }), 'change |'],
    ['set that adds, merges and removes', (c) => c.set([{ id: 'r0', rank: 9 }, { id: 'z' }] as any), 'retract retract change publish |'],
    ['reset', (c) => c.reset([{ id: 'r0', rank: 0 }, { id: 'n' }]), 'change retract retract publish |'],
    ['an id given later', (c) => c.add({ rank: 1 }).set({ id: 'late' }), 'publish | retract publish |'],
    ['a change that changes nothing', (c) => c.at(0).set({ rank: 0 }), ''],
    ['an unset attribute', (c) => c.at(0).unset('rank'), 'change |'],
    ['destroy', (c) => c.at(0).destroy(), 'retract |'],
  ]
  for (const [name, act, expected] of cases) {
    it(`${name}: ${expected || 'nothing'}`, () => {
      const collection = new Backbone.Collection(rows(0, 1, 2))
      collection.sync = () => ({}) as any
      collection.url = '/'
      for (const model of collection.models) model.sync = () => ({}) as any
      const events: FeedEvent<Row>[] = []
      const subscription = toFeed<Row>(collection)
        .pipe(checkLaws())
        .subscribe((event) => events.push(event))
      events.length = 0
      act(collection)
      assert.equal(typesOf(events), expected)
      subscription.unsubscribe()
    })
  }

  it('listens while somebody subscribes, and not longer', () => {
    const collection = new Backbone.Collection(rows(1))
    const feed = toFeed<Row>(collection)
    const subscriptions = [feed.subscribe(), feed.subscribe()]
    assert.notEqual((collection as any)._events, undefined)
    for (const subscription of subscriptions) subscription.unsubscribe()
    assert.deepEqual(Object.keys((collection as any)._events ?? {}), [])
  })

  it('tells a model changed by a set of another collection a microtask later', async () => {
    const one = new Backbone.Collection(rows(1))
    const other = new Backbone.Collection(one.models)
    const events: FeedEvent<Row>[] = []
    const subscription = toFeed<Row>(one).subscribe((event) => events.push(event))
    events.length = 0
    other.set([{ id: 'r0', rank: 5 }] as any)
    await settled()
    assert.equal(typesOf(events), 'change |')
    subscription.unsubscribe()
  })

  it('runs two feeds of one collection in one turn', () => {
    const collection = new Backbone.Collection(rows(1))
    const events: FeedEvent<object>[] = []
    const [a, b] = [toFeed<Row>(collection), toFeed<Row>(collection).pipe(where<Row>((row) => row.rank > 0))]
    const subscription = union(a, b)
      .pipe(checkLaws({ same: () => true }))
      .subscribe((event) => events.push(event))
    events.length = 0
    collection.add({ id: 'x', rank: 2 })
    assert.equal(events.filter(({ type }) => type === 'commit').length, 1)
    subscription.unsubscribe()
  })

  const action = fc.record({
    kind: fc.constantFrom('add', 'add', 'remove', 'change', 'set', 'sort', 'reset'),
    pick: fc.nat(),
    rank: fc.nat(9),
  })

  it('equals the collection after any operations, in content and in order', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), fc.boolean(), (actions, sorted) => {
        const collection = new Backbone.Collection<Backbone.Model>([], sorted ? { comparator: 'rank' } : {})
        const state = new Map<Key, Row>()
        const order: Key[] = []
        const errors: unknown[] = []
        const subscription = toFeed<Row>(collection)
          .pipe(checkLaws({ ordered: false }))
          .subscribe({ next: (event) => applyEvent(state, event), error: (error) => errors.push(error) })
        subscription.add(
          toFeed<Row>(collection, { ordered: true })
            .pipe(checkLaws())
            .subscribe({ next: (event) => place(order, event), error: (error) => errors.push(error) }),
        )
        let count = 0
        for (const { kind, pick, rank } of actions) {
          const at = pick % (collection.length + 1)
          if (kind === 'add') collection.add({ id: `k${count++}`, rank }, pick % 3 === 0 ? {} : { at })
          else if (kind === 'set') collection.set(collection.models.slice(at).map(({ id }) => ({ id, rank })) as any)
          else if (kind === 'reset' && pick % 4 === 0) collection.reset(rows(rank, rank + 1))
          else if (kind === 'sort' && sorted) collection.sort()
          else if (collection.length > 0 && kind === 'remove') collection.remove(collection.at(pick % collection.length))
          else if (collection.length > 0) collection.models[pick % collection.length]!.set({ rank })
          assert.deepEqual(errors, [])
          assert.deepEqual(
            order.map((key) => state.get(key)),
            contentOf(collection),
          )
        }
        subscription.unsubscribe()
      }),
      { numRuns: 300 },
    )
  })
})

function place(order: Key[], event: OrderedEvent<Row>): void {
  if (event.type === 'reset') order.length = 0
  if (event.type === 'retract' || event.type === 'change') order.splice(event.from, 1)
  if (event.type === 'publish' || event.type === 'change') order.splice(event.at, 0, event.id)
}

describe('derive', () => {
  it('follows by operators, with the very same models', () => {
    const all = new Backbone.Collection(rows(3, 1, 2))
    const some = derive(
      all,
      where<Row>((row) => row.rank > 1),
      orderBy<Row>({ rank: 1 }),
    )
    assert.deepEqual(some.models, [all.get('r2'), all.get('r0')])
    all.get('r1').set('rank', 9)
    assert.deepEqual(some.models, [all.get('r2'), all.get('r0'), all.get('r1')])
    some.stop()
  })

  it('keeps the order of its source without operators', () => {
    const all = new Backbone.Collection(rows(3, 1, 2))
    const same = derive(all)
    all.add({ id: 'x' }, { at: 1 })
    assert.deepEqual(same.models, all.models)
    same.stop()
  })

  it('tells one commit as one update', () => {
    const all = new Backbone.Collection(rows(3, 1, 2))
    const top = derive(all, orderBy<Row>({ rank: -1 }), slice<Row>({ limit: 2 }))
    const { heard } = record(top)
    all.add({ id: 'x', rank: 9 })
    assert.deepEqual(
      heard.map(({ name, id, index, changes }) => ({ name, id, index, changes })),
      [
        { name: 'remove', id: 'r2', index: 1, changes: undefined },
        { name: 'add', id: 'x', index: 0, changes: undefined },
        { name: 'update', id: undefined, index: undefined, changes: { added: ['x'], merged: [], removed: ['r2'] } },
      ],
    )
    top.stop()
  })

  it('never writes to the models that it shares, even if they are ahead of the feed', () => {
    const all = new Backbone.Collection(rows(1))
    const model = all.at(0)
    all.on('change', () => {
      if (model.get('rank') < 5) model.set('rank', Number(model.get('rank')) + 1)
    })
    const same = derive(all)
    model.set('rank', 2)
    assert.equal(model.get('rank'), 5)
    same.stop()
  })

  it('gives a shared model without an id none: its `cid` is a key of the feed and nothing else', () => {
    const all = new Backbone.Collection<Backbone.Model>([{ rank: 1 }])
    const same = derive(all)
    const { heard } = record(all)
    const model = all.add({ rank: 2 })
    assert.deepEqual(same.models, all.models)
    assert.deepEqual(contentOf(all), [{ rank: 1 }, { rank: 2 }])
    assert.ok(all.every((each) => each.isNew()))
    assert.equal(all.get(model), model)
    assert.deepEqual(
      heard.map(({ name }) => name),
      ['add', 'update'],
    )
    same.stop()
  })

  it('survives a model that gets its id, and one replaced under its id', () => {
    const all = new Backbone.Collection<Backbone.Model>([{ rank: 1 }])
    const same = derive(all)
    all.at(0).set('id', 'late')
    assert.deepEqual(same.models, all.models)
    all.reset([{ id: 'late', rank: 2 }])
    assert.deepEqual(same.models, all.models)
    same.stop()
  })

  it('makes models of its own for items that an operator made', () => {
    const all = new Backbone.Collection(rows(1))
    const doubled = derive(
      all,
      select<FeedEvent<Row>, object>((row) => ({ double: row.rank * 2 })),
    )
    all.at(0).set('rank', 4)
    assert.deepEqual(contentOf(doubled), [{ id: 'r0', double: 8 }])
    doubled.stop()
  })

  it('follows destroy', () => {
    const all = new Backbone.Collection(rows(1, 2))
    all.at(0).sync = () => ({}) as any
    const same = derive(all)
    all.at(0).destroy()
    assert.deepEqual(same.models, all.models)
    all.add({ id: 'x' }, { at: 0 })
    assert.deepEqual(same.models, all.models)
    same.stop()
  })

  it('of a bound collection: from a source to a view in one go', () => {
    const source = new Source<Row>({ key: (row) => row.id, initial: rows(3, 1) })
    const all = new Backbone.Collection()
    const subscription = bind(source.feed, all)
    const low = derive(
      all,
      where<Row>((row) => row.rank < 2),
    )
    source.publish({ id: 'r0', rank: 0 })
    assert.deepEqual(low.pluck('id'), ['r1', 'r0'])
    low.stop()
    subscription.unsubscribe()
  })
})
