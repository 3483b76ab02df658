import assert from 'node:assert/strict'
import Backbone from 'backbone'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { bind } from '../../src/backbone/bind.js'
import { fold } from '../../src/backbone/fold.js'
import {
  changeEvent,
  commitEvent,
  type FeedEvent,
  type ItemEvent,
  type Key,
  publishEvent,
  resetEvent,
  retractEvent,
} from '../../src/streams/event.js'
import { contentOf, type Heard, record } from './recorder.js'

interface Row {
  readonly id: string
  readonly rank: number
  readonly extra?: number
}

/** What happens in a commit: a number picks a member, or how many there are then; the rank goes with it. */
const action = fc.record({
  kind: fc.constantFrom('put', 'put', 'change', 'drop'),
  pick: fc.nat(),
  rank: fc.nat(6),
  extra: fc.option(fc.nat(3), { nil: undefined }),
})
const history = fc.array(fc.array(action, { maxLength: 12 }), { maxLength: 6 })
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

function makeRow(id: string, { rank, extra }: Action): Row {
  return extra === undefined ? { id, rank } : { id, rank, extra }
}

const comparators: Record<string, any> = {
  none: undefined,
  name: 'rank',
  'one argument': (model: Backbone.Model) => -model.get('rank'),
  'two arguments': (a: Backbone.Model, b: Backbone.Model) => a.get('rank') - b.get('rank'),
}

describe('fold, compared with Backbone event by event', () => {
  for (const [kind, comparator] of Object.entries(comparators)) {
    it(`unordered events, comparator: ${kind}`, () => {
      fc.assert(
        fc.property(fc.array(action, { maxLength: 20 }), history, fc.boolean(), (initial, commits, bound) => {
          const world = new UnorderedWorld(initial)
          const ours = new Backbone.Collection([], { comparator })
          const theirs = new Backbone.Collection([...world.items.values()], { comparator })
          const feed = new Subject<FeedEvent<Row>>()
          const subscription = bind(feed, ours)
          for (const event of world.snapshot()) feed.next(event)
          if (!bound) subscription.unsubscribe()
          const heard = record(ours)
          for (const actions of commits) {
            const events = world.commit(actions)
            const expected = replay(theirs, events, comparator !== undefined)
            if (bound) for (const event of [...events, commitEvent({})]) feed.next(event)
            else fold(ours, events)
            assert.deepEqual(heard.take(), expected)
            assert.deepEqual(contentOf(ours), contentOf(theirs))
            assertSound(ours)
          }
          subscription.unsubscribe()
        }),
        { numRuns: 300 },
      )
    })
  }

  for (const comparator of ['none', 'name']) {
    it(`ordered events, comparator: ${comparator}`, () => {
      fc.assert(
        fc.property(fc.array(action, { maxLength: 30 }), history, (initial, commits) => {
          const world = new OrderedWorld(initial)
          const ours = new Backbone.Collection([], { comparator: comparators[comparator] })
          const theirs = new Backbone.Collection([...world.rows])
          const feed = new Subject<FeedEvent<Row>>()
          const subscription = bind(feed, ours)
          for (const event of world.snapshot()) feed.next(event)
          const heard = record(ours)
          for (const actions of commits) {
            const before = [...world.rows]
            const events = world.commit(actions)
            const expected = replayPlaced(theirs, before, world.rows, events)
            for (const event of [...events, commitEvent({})]) feed.next(event)
            assert.deepEqual(heard.take(), expected)
            assert.deepEqual(contentOf(ours), world.rows)
            assertSound(ours)
          }
          subscription.unsubscribe()
        }),
        { numRuns: 300 },
      )
    })
  }

  it('ordered events with strangers among the models: own models in the order of the feed', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), history, fc.array(fc.nat(), { maxLength: 6 }), (initial, commits, places) => {
        const world = new OrderedWorld(initial)
        const ours = new Backbone.Collection()
        const feed = new Subject<FeedEvent<Row>>()
        const subscription = bind(feed, ours)
        for (const event of world.snapshot()) feed.next(event)
        commits.forEach((actions, turn) => {
          const place = places[turn]
          if (place !== undefined) ours.add({ stranger: turn }, { at: place % (ours.length + 1) })
          for (const event of [...world.commit(actions), commitEvent({})]) feed.next(event)
          assert.deepEqual(
            contentOf(ours).filter((row: any) => row.stranger === undefined),
            world.rows,
          )
          assert.equal(ours.filter((model) => model.has('stranger')).length, Math.min(turn + 1, places.length))
          assertSound(ours)
        })
        subscription.unsubscribe()
      }),
      { numRuns: 300 },
    )
  })

  it('large ordered commits', () => {
    const random = fc.sample(fc.array(action, { minLength: 1500, maxLength: 1500 }), { numRuns: 3, seed: 7 })
    const world = new OrderedWorld(random[0]!)
    const ours = new Backbone.Collection()
    const feed = new Subject<FeedEvent<Row>>()
    const subscription = bind(feed, ours)
    for (const event of world.snapshot()) feed.next(event)
    for (const actions of random.slice(1)) for (const event of [...world.commit(actions), commitEvent({})]) feed.next(event)
    assert.deepEqual(contentOf(ours), world.rows)
    subscription.unsubscribe()
  })
})

/** The collection's own tables agree with its list. */
function assertSound(collection: Backbone.Collection): void {
  const table = (collection as any)._byId
  assert.equal(collection.length, collection.models.length)
  assert.equal(
    Object.keys(table).length,
    collection.models.reduce((sum, model) => sum + (model.id === undefined ? 1 : 2), 0),
  )
  for (const model of collection.models) assert.equal(collection.get(model), model)
}

class UnorderedWorld {
  readonly items = new Map<Key, Row>()
  private count = 0
  constructor(initial: readonly Action[]) {
    for (const each of initial) this.put(`k${this.count++}`, each)
  }
  snapshot(): FeedEvent<Row>[] {
    return [resetEvent('start'), ...[...this.items].map(([id, item]) => publishEvent(id, item)), commitEvent({})]
  }
  commit(actions: readonly Action[]): ItemEvent<Row>[] {
    return actions.flatMap((each) => {
      const ids = [...this.items.keys()]
      if (each.kind === 'put' || ids.length === 0) return [this.put(`k${this.count++}`, each)]
      const id = ids[each.pick % ids.length]!
      if (each.kind === 'change') return [this.put(id, each)]
      const previous = this.items.get(id)!
      this.items.delete(id)
      return [retractEvent(id, previous)]
    })
  }
  private put(id: Key, each: Action): ItemEvent<Row> {
    const previous = this.items.get(id)
    const item = makeRow(id, each)
    this.items.set(id, item)
    return previous === undefined ? publishEvent(id, item) : changeEvent(id, item, previous)
  }
}

class OrderedWorld {
  readonly rows: Row[] = []
  private count = 0
  constructor(initial: readonly Action[]) {
    for (const each of initial) this.rows.push(makeRow(`k${this.count++}`, each))
  }
  snapshot(): FeedEvent<Row>[] {
    return [resetEvent('start'), ...this.rows.map((item, at) => publishEvent(item.id, item, at)), commitEvent({})]
  }
  commit(actions: readonly Action[]): ItemEvent<Row>[] {
    return actions.map((each) => {
      const { rows } = this
      if (each.kind === 'put' || rows.length === 0) {
        const at = each.pick % (rows.length + 1)
        const item = makeRow(`k${this.count++}`, each)
        rows.splice(at, 0, item)
        return publishEvent(item.id, item, at)
      }
      const from = each.pick % rows.length
      const [previous] = rows.splice(from, 1) as [Row]
      if (each.kind === 'drop') return retractEvent(previous.id, previous, from)
      const at = each.rank % (rows.length + 1)
      const item = makeRow(previous.id, each)
      rows.splice(at, 0, item)
      return changeEvent(item.id, item, previous, from, at)
    })
  }
}

function net(events: readonly ItemEvent<Row>[]): { before: Map<Key, Row | undefined>; after: Map<Key, Row | undefined> } {
  const before = new Map<Key, Row | undefined>()
  const after = new Map<Key, Row | undefined>()
  for (const event of events) {
    if (!before.has(event.id)) before.set(event.id, event.type === 'publish' ? undefined : event.previous)
    after.set(event.id, event.type === 'retract' ? undefined : event.item)
  }
  return { before, after }
}

/** The same by Backbone's own calls, their events put together as one `set` would send them. */
function replay(collection: Backbone.Collection, events: readonly ItemEvent<Row>[], sorted: boolean): Heard[] {
  const { before, after } = net(events)
  const heard = record(collection)
  const puts: object[] = []
  for (const [id, item] of after) if (item !== undefined) puts.push(withGone(before.get(id), item))
  const gone = new Set([...after].filter(([id, item]) => item === undefined && before.get(id) !== undefined).map(([id]) => id))
  const touched = new Set([...after.keys()])
  if (sorted) collection.set([...puts, ...collection.models.filter((model) => !touched.has(model.id as string))])
  else {
    collection.set(puts, { remove: false })
    collection.remove(collection.models.filter((model) => gone.has(model.id as string)))
  }
  dropUndefined(collection)
  collection.off()
  return asOne(heard.heard)
}

function replayPlaced(
  collection: Backbone.Collection,
  before: readonly Row[],
  rows: readonly Row[],
  events: readonly ItemEvent<Row>[],
): Heard[] {
  const { before: old, after } = net(events)
  const heard = record(collection)
  const merged: Key[] = []
  for (const [id, item] of after) {
    const was = old.get(id)
    if (item === undefined || was === undefined) continue
    merged.push(id)
    collection.get(id).set(withGone(was, item))
  }
  const stay = new Set(rows.map(({ id }) => id))
  collection.remove(collection.models.filter((model) => !stay.has(model.id as string)))
  const known = new Set(before.map(({ id }) => id))
  const kept = rows.filter(({ id }) => known.has(id))
  const moved = kept.some(({ id }, index) => collection.at(index).id !== id)
  collection.models = kept.map(({ id }) => collection.get(id))
  rows.forEach((row, at) => {
    if (!known.has(row.id)) collection.add(row, { at })
  })
  dropUndefined(collection)
  collection.off()
  const all = asOne(heard.heard, merged)
  if (moved)
    all.splice(all.findIndex(({ name }) => name === 'update') >= 0 ? -1 : all.length, 0, { name: 'sort', length: collection.length })
  return all
}

function withGone(before: Row | undefined, item: Row): object {
  return { ...item, ...(before?.extra !== undefined && item.extra === undefined && { extra: undefined }) }
}

function dropUndefined(collection: Backbone.Collection): void {
  for (const { attributes } of collection.models)
    for (const name of Object.keys(attributes)) if (attributes[name] === undefined) Reflect.deleteProperty(attributes, name)
}

function asOne(heard: readonly Heard[], alsoMerged: readonly Key[] = []): Heard[] {
  const of = (...names: string[]) => heard.filter(({ name }) => names.some((each) => name === each || name.startsWith(`${each}:`)))
  const updates = of('update')
  const all = (kind: 'added' | 'merged' | 'removed') => updates.flatMap(({ changes }) => changes![kind])
  const changes = { added: all('added'), merged: [...alsoMerged, ...all('merged')], removed: all('removed') }
  const some = changes.added.length + changes.merged.length + changes.removed.length > 0
  return [...of('change'), ...of('remove'), ...of('add'), ...of('sort'), ...(some ? [{ name: 'update', changes }] : [])]
}
