import assert from 'node:assert/strict'
import Backbone from 'backbone'
import { Subject } from 'rxjs'
import { bind, type BindOptions } from '../../src/backbone/bind.js'
import { fold } from '../../src/backbone/fold.js'
import { changeEvent, commitEvent, type FeedEvent, publishEvent, resetEvent, retractEvent } from '../../src/streams/event.js'
import { orderBy } from '../../src/streams/operators/order-by.js'
import { slice } from '../../src/streams/operators/slice.js'
import { Source } from '../../src/streams/source.js'
import { contentOf, record } from './recorder.js'

interface Row {
  readonly id?: string
  readonly n?: number
  readonly [other: string]: unknown
}

/** A feed by hand, bound: each call of `commit` is one transaction. */
function bound(collection: Backbone.Collection, options?: BindOptions) {
  const feed = new Subject<FeedEvent<Row>>()
  const subscription = bind(feed, collection, options)
  const commit = (...events: FeedEvent<Row>[]) => {
    for (const event of events) feed.next(event)
    feed.next(commitEvent({}))
  }
  const snapshot = (items: Record<string, Row>) =>
    commit(resetEvent('snapshot'), ...Object.entries(items).map(([id, item]) => publishEvent(id, item)))
  return { feed, subscription, commit, snapshot }
}

const names = (heard: readonly { name: string }[]) => heard.map(({ name }) => name)

describe('bind', () => {
  it('shows the first snapshot by one reset, with the key in the id attribute', () => {
    const collection = new Backbone.Collection()
    const { heard } = record(collection)
    bound(collection).snapshot({ a: { n: 1 }, b: { n: 2 } })
    assert.deepEqual(names(heard), ['reset'])
    assert.deepEqual(contentOf(collection), [
      { n: 1, id: 'a' },
      { n: 2, id: 'b' },
    ])
  })

  it('shows it by set where asked: models that are there stay, those that are not in it go', () => {
    const collection = new Backbone.Collection<Backbone.Model>([{ id: 'a', n: 0 }, { id: 'x' }])
    const model = collection.get('a')
    const { heard } = record(collection)
    bound(collection, { snapshot: 'set' }).snapshot({ a: { n: 1 }, b: {} })
    assert.equal(collection.get('a'), model)
    assert.deepEqual(names(heard), ['change:n', 'change', 'remove', 'add', 'sort', 'update'])
  })

  it('shows nothing of a transaction before its commit', () => {
    const collection = new Backbone.Collection()
    const { feed, snapshot, commit } = bound(collection)
    snapshot({})
    feed.next(publishEvent('a', {}))
    assert.equal(collection.length, 0)
    commit(publishEvent('b', {}))
    assert.equal(collection.length, 2)
  })

  it('turns a later snapshot into the minimal events', () => {
    const collection = new Backbone.Collection()
    const { snapshot } = bound(collection)
    snapshot({ a: { n: 1 }, b: { n: 2 }, c: { n: 3 } })
    const { heard } = record(collection)
    snapshot({ a: { n: 1 }, b: { n: 9 }, d: { n: 4 } })
    assert.deepEqual(names(heard), ['change:n', 'change', 'remove', 'add', 'update'])
  })

  it('takes a later snapshot as the first one where diff is off', () => {
    const collection = new Backbone.Collection()
    const { snapshot } = bound(collection, { diff: false })
    snapshot({ a: {} })
    const { heard } = record(collection)
    snapshot({ a: {} })
    assert.deepEqual(names(heard), ['reset'])
  })

  it('drops an open transaction at a reset', () => {
    const collection = new Backbone.Collection()
    const { feed, snapshot } = bound(collection)
    snapshot({ a: {} })
    feed.next(publishEvent('void', {}))
    snapshot({ a: {}, b: {} })
    assert.deepEqual(collection.pluck('id'), ['a', 'b'])
  })

  it('a later snapshot of an ordered feed brings the new order', () => {
    const collection = new Backbone.Collection()
    const { commit } = bound(collection)
    const ordered = (...keys: string[]) => commit(resetEvent('x'), ...keys.map((key, at) => publishEvent(key, {}, at)))
    ordered('a', 'b', 'c')
    const { heard } = record(collection)
    ordered('c', 'x', 'a')
    assert.deepEqual(collection.pluck('id'), ['c', 'x', 'a'])
    assert.deepEqual(names(heard), ['remove', 'add', 'sort', 'update'])
    commit(publishEvent('y', {}, 1))
    assert.deepEqual(collection.pluck('id'), ['c', 'y', 'x', 'a'])
  })

  it('leaves the order to the collection where asked', () => {
    const collection = new Backbone.Collection([], { comparator: 'n' })
    const { commit } = bound(collection, { order: 'collection' })
    commit(resetEvent('x'), publishEvent('a', { n: 2 }, 0), publishEvent('b', { n: 1 }, 1))
    commit(publishEvent('c', { n: 0 }, 2))
    assert.deepEqual(collection.pluck('id'), ['c', 'b', 'a'])
  })

  it('follows an ordered window of a source', () => {
    const source = new Source<{ id: string; n: number }>({ key: (row) => row.id })
    const collection = new Backbone.Collection()
    const subscription = bind(source.feed.pipe(orderBy({ n: 1 }), slice({ limit: 2 })), collection)
    for (const n of [5, 3, 4, 1]) source.publish({ id: `k${n}`, n })
    assert.deepEqual(collection.pluck('id'), ['k1', 'k3'])
    subscription.unsubscribe()
  })

  it('ends with an error of the feed: error is triggered, the content stays', () => {
    const collection = new Backbone.Collection()
    const seen: unknown[] = []
    const { feed, snapshot, subscription } = bound(collection, { error: (error) => seen.push(error) })
    snapshot({ a: {} })
    collection.on('error', (...parameters: unknown[]) => seen.push(...parameters.slice(0, 2)))
    const error = new Error('denied')
    feed.error(error)
    assert.deepEqual(seen, [error, collection, error])
    assert.equal(collection.length, 1)
    assert.equal(subscription.closed, true)
  })

  it('leaves nothing behind', () => {
    const collection = new Backbone.Collection([], { comparator: 'n' })
    const { feed, snapshot, subscription } = bound(collection)
    snapshot({ a: {} })
    subscription.unsubscribe()
    assert.equal(feed.observed, false)
    assert.deepEqual(Object.keys((collection as any)._events ?? {}), [])
  })

  it('unsubscribed by a listener of the first commit, it applies no other', () => {
    const source = new Source<{ id: string }>({ key: (row) => row.id })
    const collection = new Backbone.Collection()
    const subscription = bind(source.feed, collection)
    collection.on('add', () => {
      subscription.unsubscribe()
      source.publish({ id: 'late' })
    })
    source.publish({ id: 'a' })
    assert.deepEqual(collection.pluck('id'), ['a'])
  })

  it('applies a commit that a listener causes after the one at work', () => {
    const collection = new Backbone.Collection()
    const { snapshot, commit } = bound(collection)
    snapshot({})
    const lengths: number[] = []
    collection.on('update', () => lengths.push(collection.length))
    collection.once('add', () => commit(publishEvent('c', {})))
    commit(publishEvent('a', {}), publishEvent('b', {}))
    assert.deepEqual(lengths, [2, 3])
  })

  it('applies the whole commit though listeners throw, and throws the first error', () => {
    const collection = new Backbone.Collection([{ id: 'a', n: 1 }, { id: 'b', n: 1 }, { id: 'x' }])
    const thrown = ['change', 'remove', 'add'].map((name) => {
      const error = new Error(name)
      collection.once(name, () => {
        throw error
      })
      return error
    })
    let updates = 0
    collection.on('update', () => updates++)
    assert.throws(
      () =>
        fold(collection, [
          changeEvent('a', { n: 2 }, { n: 1 }),
          changeEvent('b', { n: 2 }, { n: 1 }),
          retractEvent('x', {}),
          publishEvent('c', {}),
        ]),
      thrown[0],
    )
    assert.deepEqual(collection.pluck('id'), ['a', 'b', 'c'])
    assert.deepEqual(collection.pluck('n'), [2, 2, undefined])
    assert.equal(updates, 1)
    let changes = 0
    collection.on('change', () => changes++)
    collection.get('a').set('n', 3)
    assert.equal(changes, 1)
  })
})

describe('fold honours', () => {
  it('idAttribute, a number under its string key', () => {
    const collection = new Backbone.Collection([], { model: Backbone.Model.extend({ idAttribute: '_id' }) })
    fold<object>(collection, [publishEvent('a', {}), publishEvent('7', { _id: 7 })])
    assert.deepEqual(contentOf(collection), [{ _id: 'a' }, { _id: 7 }])
  })

  it('parse of the models, for new and for known ones, but not that of the collection', () => {
    const Model = Backbone.Model.extend({ parse: ({ raw, ...rest }: any) => ({ ...rest, cooked: raw * 2 }) })
    const Collection = Backbone.Collection.extend({ model: Model, parse: (response: any) => response.rows })
    const collection = new Collection()
    const { snapshot, commit } = bound(collection, { setOptions: { parse: true } })
    snapshot({ a: { raw: 1 } })
    commit(changeEvent<Row>('a', { raw: 2 }, { raw: 1 }), publishEvent<Row>('b', { raw: 3 }))
    assert.deepEqual(contentOf(collection), [
      { id: 'a', cooked: 4 },
      { id: 'b', cooked: 6 },
    ])
  })

  it('modelId, where models of several kinds share numbers', () => {
    const Collection = Backbone.Collection.extend({ modelId: (attrs: any) => `${attrs.kind}-${attrs.id}` })
    const collection = new Collection()
    const { snapshot, commit } = bound(collection)
    snapshot({ 1: { kind: 'a', n: 1 } })
    commit(changeEvent<Row>('1', { kind: 'a', n: 2 }, { kind: 'a', n: 1 }), publishEvent<Row>('2', { kind: 'b' }))
    assert.deepEqual(collection.pluck('n'), [2, undefined])
    assert.equal(collection.length, 2)
    commit(retractEvent<Row>('1', { kind: 'a', n: 2 }))
    assert.equal(collection.get('b-2'), collection.at(0))
  })

  it('a factory of models', () => {
    const collection = new Backbone.Collection([], { model: ((attrs: any, options: any) => new Backbone.Model(attrs, options)) as any })
    fold<object>(collection, [publishEvent('a', { n: 1 })])
    assert.deepEqual(contentOf(collection), [{ n: 1, id: 'a' }])
  })

  it('validate: what is not valid stays out, invalid is triggered, places stay right', () => {
    const Model = Backbone.Model.extend({ validate: (attrs: any) => (attrs.n < 0 ? 'negative' : undefined) })
    const collection = new Backbone.Collection([], { model: Model })
    const { commit } = bound(collection, { setOptions: { validate: true } })
    let invalid = 0
    collection.on('invalid', () => invalid++)
    commit(resetEvent('x'), publishEvent('a', { n: 1 }, 0), publishEvent('b', { n: -1 }, 1), publishEvent('c', { n: 1 }, 2))
    commit(publishEvent('d', { n: 1 }, 2))
    assert.deepEqual(collection.pluck('id'), ['a', 'd', 'c'])
    assert.equal(invalid, 1)
  })

  it('silent', () => {
    const collection = new Backbone.Collection()
    const { heard } = record(collection)
    const { snapshot, commit } = bound(collection, { setOptions: { silent: true } })
    snapshot({ a: {} })
    commit(publishEvent('b', {}), retractEvent('a', {}))
    assert.deepEqual(heard, [])
    assert.deepEqual(collection.pluck('id'), ['b'])
  })

  it('options of its own, handed to every listener as one object', () => {
    const collection = new Backbone.Collection()
    const options = new Set<any>()
    collection.on('add', (_: unknown, __: unknown, each: unknown) => options.add(each))
    collection.on('update', (_: unknown, each: unknown) => options.add(each))
    fold<object>(collection, [publishEvent('a', {})], { setOptions: { from: 'feed' } })
    assert.equal(options.size, 1)
    assert.equal([...options][0].from, 'feed')
  })

  it('models that are in several collections', () => {
    const one = new Backbone.Collection<Backbone.Model>([{ id: 'a' }])
    const two = new Backbone.Collection(one.models)
    fold(two, [retractEvent('a', {})])
    assert.equal(one.at(0).collection as unknown, one)
    assert.equal(one.length, 1)
  })

  it('attributes of the view that no item ever had', () => {
    const collection = new Backbone.Collection<Backbone.Model>([{ id: 'a', n: 1, m: 1, editing: true }])
    fold<object>(collection, [changeEvent<object>('a', { n: 2 }, { n: 1, m: 1 })])
    assert.deepEqual(contentOf(collection), [{ id: 'a', n: 2, editing: true }])
  })

  const overridden = ['set', 'remove', 'add', 'sort', '_removeModels'] as const
  for (const name of overridden) {
    it(`a subclass with its own ${name}`, () => {
      let calls = 0
      const Collection = Backbone.Collection.extend({
        comparator: 'n',
        [name](this: any, ...parameters: unknown[]) {
          calls++
          return (Backbone.Collection.prototype as any)[name].apply(this, parameters)
        },
      })
      const collection = new Collection()
      const { snapshot, commit } = bound(collection)
      snapshot({ a: { n: 3 }, b: { n: 2 } })
      calls = 0
      commit(publishEvent('c', { n: 1 }), retractEvent('b', { n: 2 }), changeEvent('a', { n: 0 }, { n: 3 }))
      assert.deepEqual(collection.pluck('id'), ['a', 'c'])
      // `set` is what merges: an `add` of one's own isn't asked, as by Backbone's `set`.
      assert.ok(name === 'add' ? calls === 0 : calls > 0)
    })

    it(`a subclass with its own ${name}, by position`, () => {
      const Collection = Backbone.Collection.extend({
        [name](this: any, ...parameters: unknown[]) {
          return (Backbone.Collection.prototype as any)[name].apply(this, parameters)
        },
      })
      const collection = new Collection()
      const { commit } = bound(collection)
      commit(resetEvent('x'), publishEvent('a', {}, 0), publishEvent('b', {}, 1), publishEvent('c', {}, 2))
      commit(retractEvent('b', {}, 1), publishEvent('d', {}, 0), changeEvent('c', { n: 1 }, {}, 2, 1))
      assert.deepEqual(collection.pluck('id'), ['d', 'c', 'a'])
    })
  }

  it('hooks that a subclass replaces: _addReference, _removeReference, _prepareModel, trigger', () => {
    const calls: string[] = []
    const hooks = Object.fromEntries(
      ['_addReference', '_removeReference', '_prepareModel', 'trigger'].map((name) => [
        name,
        function (this: any, ...parameters: unknown[]) {
          calls.push(name)
          return (Backbone.Collection.prototype as any)[name].apply(this, parameters)
        },
      ]),
    )
    const collection = new (Backbone.Collection.extend(hooks))([{ id: 'x' }])
    calls.length = 0
    fold<object>(collection, [publishEvent('a', {}), retractEvent('x', {})])
    assert.deepEqual(calls.sort(), ['_addReference', '_prepareModel', '_removeReference', 'trigger', 'trigger', 'trigger'])
  })

  it('a set of the model that is its own: it gets all attributes', () => {
    const seen: unknown[] = []
    const Model = Backbone.Model.extend({
      set(this: any, ...parameters: any[]) {
        seen.push(parameters[0])
        return (Backbone.Model.prototype.set as any).apply(this, parameters)
      },
    })
    const collection = new Backbone.Collection([{ id: 'a', n: 1, m: 1 }], { model: Model })
    seen.length = 0
    fold<object>(collection, [changeEvent<object>('a', { n: 2, m: 1 }, { n: 1, m: 1 })])
    assert.deepEqual(seen, [{ n: 2, m: 1 }])
  })

  it('keys that look like anything else', () => {
    const collection = new Backbone.Collection()
    const { snapshot, commit } = bound(collection)
    snapshot({})
    const keys = [
      'constructor',
      'toString',
      '__proto__',
      'hasOwnProperty',
      'length',
      '',
      'c1',
      'c2',
      'c3',
      ...Array.from({ length: 40 }, (_, n) => `c${n + 200}`),
    ]
    commit(...keys.map((key) => publishEvent<Row>(key, JSON.parse('{"__proto__": {"evil": 1}, "n": 1}'))))
    assert.deepEqual(collection.pluck('id'), keys)
    commit(...keys.map((key) => changeEvent<Row>(key, { n: 2 }, { n: 1 })))
    assert.ok(collection.every((model) => model.get('n') === 2))
    commit(...keys.map((key) => retractEvent<Row>(key, { n: 2 })))
    assert.equal(collection.length, 0)
    assert.equal(({} as any).evil, undefined)
  })

  it('a change made by a listener between commits: ranked anew', () => {
    const collection = new Backbone.Collection<Backbone.Model>([], { comparator: 'n' })
    const { snapshot, commit } = bound(collection)
    snapshot({ a: { n: 1 }, b: { n: 2 }, c: { n: 3 } })
    collection.get('a').set('n', 9)
    commit(publishEvent('d', { n: 0 }))
    assert.deepEqual(collection.pluck('id'), ['d', 'b', 'c', 'a'])
  })

  it('another comparator', () => {
    const collection = new Backbone.Collection<Backbone.Model>([], { comparator: 'n' })
    const { snapshot, commit } = bound(collection)
    snapshot({ a: { n: 1 }, b: { n: 2 } })
    collection.comparator = (model: Backbone.Model) => -model.get('n')
    commit(publishEvent('c', { n: 3 }))
    assert.deepEqual(collection.pluck('id'), ['c', 'b', 'a'])
  })
})
