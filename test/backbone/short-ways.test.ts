import assert from 'node:assert/strict'
import Backbone from 'backbone'
import fc from 'fast-check'
import { Subject } from 'rxjs'
import { bind } from '../../src/backbone/bind.js'
import { fold } from '../../src/backbone/fold.js'
import { changeEvent, commitEvent, type FeedEvent, publishEvent, resetEvent, retractEvent } from '../../src/streams/event.js'
import { contentOf, record } from './recorder.js'

interface Row {
  readonly id: string
  readonly n?: number
  readonly m?: number
}

type Listen = (models: readonly Backbone.Model[], collection: Backbone.Collection, hear: (...heard: unknown[]) => void) => void

/** Who may listen while a model changes. */
const listeners: Record<string, Listen> = {
  nobody: () => undefined,
  'update of the collection': (_, collection, hear) => collection.on('update', () => hear('update')),
  'all of the collection': (_, collection, hear) => collection.on('all', (name: string) => hear(name)),
  'change of the collection': (_, collection, hear) => collection.on('change', (model: Backbone.Model) => hear('change', model.id)),
  'an attribute, at the collection': (_, collection, hear) => collection.on('change:n', (model: Backbone.Model) => hear('n', model.id)),
  'change of one model': ([model], _, hear) => model?.on('change', () => hear('change')),
  'an attribute of one model': ([model], _, hear) => model?.on('change:n', (_: unknown, value: unknown) => hear('n', value)),
  'all of one model': ([model], _, hear) => model?.on('all', (name: string) => hear(name)),
  'another object': ([model], _, hear) => new Backbone.Model().listenTo(model, 'change', () => hear('change')),
  'another collection': (models, _, hear) => new Backbone.Collection([...models]).on('change', (model: Backbone.Model) => hear(model.id)),
  'one who has left': (_, collection, hear) => collection.on('change', hear).off('change', hear),
  'a model with a trigger of its own': ([model], _, hear) => {
    if (model !== undefined) model.trigger = (name: string) => (hear(name), model)
  },
  'a collection with a trigger of its own': (_, collection, hear) => {
    collection.trigger = (name: string) => (hear(name), collection)
  },
}

/** What is left of a change on a model. */
const traces = ({ attributes, changed, _previousAttributes, _changing, _pending, id }: any) => ({
  attributes,
  changed,
  _previousAttributes,
  _changing,
  _pending,
  id,
})

const rows = fc.uniqueArray(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), n: fc.nat(3), m: fc.nat(3) }, { requiredKeys: ['id'], noNullPrototype: true }),
  { selector: ({ id }) => id },
)

describe('a change that nobody hears is made silently', () => {
  for (const [who, listen] of Object.entries(listeners)) {
    for (const comparator of [undefined, 'n']) {
      it(`heard by ${who}${comparator === undefined ? '' : ', sorted'}: the same events, the same traces`, () => {
        fc.assert(
          fc.property(rows, fc.array(rows, { maxLength: 4 }), (before, turns) => {
            const sides = [false, true].map((isLoud) => {
              const collection = new Backbone.Collection<Backbone.Model>([], { comparator })
              const feed = new Subject<FeedEvent<Row>>()
              const subscription = bind(feed, collection)
              const heard: unknown[][] = []
              for (const event of [resetEvent('start'), ...before.map((row) => publishEvent(row.id, row)), commitEvent({})])
                feed.next(event)
              listen(collection.models, collection, (...what) => heard.push(what))
              // Whoever listens to a model makes its changes heard.
              if (isLoud) for (const model of collection.models) model.on('change', () => undefined)
              const known = new Map<string, Row>(before.map((row) => [row.id, row]))
              for (const turn of turns) {
                for (const row of turn) {
                  const previous = known.get(row.id)
                  if (previous !== undefined) feed.next(changeEvent(row.id, row, previous))
                  if (previous !== undefined) known.set(row.id, row)
                }
                feed.next(commitEvent({}))
              }
              subscription.unsubscribe()
              return { heard, traces: collection.map(traces) }
            })
            assert.deepEqual(sides[0], sides[1])
          }),
          { numRuns: 60 },
        )
      })
    }
  }

  for (const [name, after] of [
    ['changeId', { n: 2, m: 1 }],
    ['invalid', { n: 1, m: 0 }],
  ] as const) {
    it(`${name} is told with the options of the commit`, () => {
      const Model = Backbone.Model.extend({ idAttribute: 'n', validate: ({ m }: any) => (m === 0 ? 'zero' : undefined) })
      const collection = new Backbone.Collection<Backbone.Model>([{ n: 1, m: 1 }], { model: Model })
      const heard: unknown[] = []
      collection.on(name, (...parameters: any[]) => heard.push(parameters[2].from, parameters[2].silent))
      fold<object>(collection, [changeEvent<object>('1', after, { n: 1, m: 1 })], {
        setOptions: { from: 'feed', validate: name === 'invalid' },
      })
      assert.deepEqual(heard, ['feed', undefined])
    })
  }
})

describe('a first snapshot, compared with `reset`', () => {
  const comparators: Record<string, any> = {
    none: undefined,
    name: 'n',
    'two arguments': (a: Backbone.Model, b: Backbone.Model) => b.get('n') - a.get('n'),
  }
  let made: unknown[] = []
  const Model = Backbone.Model.extend({
    initialize: (attributes: object, { collection, previousModels, ...options }: any) =>
      made.push([{ ...attributes }, options, collection.length, contentOf({ map: (f: any) => previousModels?.map(f) } as any)]),
  })
  for (const [kind, comparator] of Object.entries(comparators)) {
    it(`the same events, options and models, comparator: ${kind}`, () => {
      fc.assert(
        fc.property(rows, rows, fc.boolean(), (old, items, isOrdered) => {
          const sides = [true, false].map((isOurs) => {
            made = []
            const collection = new Backbone.Collection<Backbone.Model>(old, { model: Model, comparator })
            const others = new Backbone.Collection([...collection.models])
            const { heard } = record(collection)
            collection.on('reset', (_: unknown, { previousModels, ...options }: any) => {
              heard.push(options, {
                ...previousModels.map((model: any) => [model.id, model.collection === undefined, model._events.all.length]),
              })
            })
            const sort: object = isOrdered && items.length > 0 ? { sort: false } : {}
            if (isOurs) {
              const feed = new Subject<FeedEvent<Row>>()
              const subscription = bind(feed, collection)
              feed.next(resetEvent('start'))
              items.forEach((row, at) => feed.next(isOrdered ? publishEvent(row.id, row, at) : publishEvent(row.id, row)))
              feed.next(commitEvent({}))
              subscription.unsubscribe()
            } else collection.reset(items, sort)
            for (const { id } of items) assert.equal(collection.get(id)?.id, id)
            assert.equal(collection.length, items.length)
            return {
              made,
              heard,
              content: contentOf(collection),
              others: others.length,
              table: Object.keys((collection as any)._byId).length,
            }
          })
          assert.deepEqual(sides[0], sides[1])
        }),
        { numRuns: 100 },
      )
    })
  }

  it('leaves doubles to a `modelId` of the collection', () => {
    const collection = new (Backbone.Collection.extend({ modelId: () => 'same' }))()
    const feed = new Subject<FeedEvent<Row>>()
    bind(feed, collection)
    for (const event of [resetEvent('start'), publishEvent('a', { id: 'a' }), publishEvent('b', { id: 'b' }), commitEvent({})])
      feed.next(event)
    assert.deepEqual(contentOf(collection), [{ id: 'a' }])
  })

  it('goes by a `reset` or `set` of the collection, where it has its own', () => {
    for (const name of ['reset', 'set'] as const) {
      let calls = 0
      const Collection = Backbone.Collection.extend({
        [name](this: any, ...parameters: unknown[]) {
          calls++
          return (Backbone.Collection.prototype as any)[name].apply(this, parameters)
        },
      })
      const collection = new Collection()
      const feed = new Subject<FeedEvent<Row>>()
      bind(feed, collection)
      for (const event of [resetEvent('start'), publishEvent<Row>('a', { id: 'a' }), commitEvent({})]) feed.next(event)
      assert.ok(calls > 0, name)
      assert.equal(collection.length, 1)
    }
  })
})

describe('many single commits', () => {
  for (const comparator of [undefined, 'n']) {
    it(`on a long list, ${comparator === undefined ? 'by position' : 'sorted'}: the list stays whole`, () => {
      const [numbers] = fc.sample(fc.array(fc.nat(1e6), { minLength: 3000, maxLength: 3000 }), { numRuns: 1, seed: 5 })
      const list: Row[] = []
      const collection = new Backbone.Collection<Backbone.Model>([], { comparator })
      const feed = new Subject<FeedEvent<Row>>()
      bind(feed, collection)
      feed.next(resetEvent('start'))
      feed.next(commitEvent({}))
      const placed = comparator === undefined
      numbers!.forEach((n, index) => {
        const at = n % (list.length + 1)
        const [kind, previous] = [index < 1000 ? 0 : n % 3, list[at]]
        if (kind === 0 || previous === undefined) {
          const item = { id: `k${String(index)}`, n: index * 1e6 + n }
          list.splice(at, 0, item)
          feed.next(placed ? publishEvent(item.id, item, at) : publishEvent(item.id, item))
        } else if (kind === 1) {
          list.splice(at, 1)
          feed.next(placed ? retractEvent(previous.id, previous, at) : retractEvent(previous.id, previous))
        } else {
          const item = { ...previous, n: (n % 1000) * 1e7 + index }
          list.splice(at, 1)
          const to = n % (list.length + 1)
          list.splice(to, 0, item)
          feed.next(placed ? changeEvent(item.id, item, previous, at, to) : changeEvent(item.id, item, previous))
        }
        feed.next(commitEvent({}))
      })
      if (!placed) list.sort((a, b) => a.n! - b.n!)
      assert.deepEqual(contentOf(collection), list)
      assert.equal(collection.length, list.length)
    })
  }
})
