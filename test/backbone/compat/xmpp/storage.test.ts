import assert from 'node:assert/strict'
import Backbone from 'backbone'
import { PubSubItem, PubSubNode, type PubSubPromise, PubSubStorage, xmppSync } from '../../../../src/backbone/compat/xmpp/index.js'
import type { PayloadFormat } from '../../../../src/backbone/compat/xmpp/index.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import { loadJQuery } from './jquery.js'
import { next, Stage } from './stage.js'

for (const start of [startProsody, startEjabberd]) {
  for (const withJQuery of [false, true]) {
    describe(`PubSubStorage and xmppSync over ${start.name.slice(5)} ${withJQuery ? 'with' : 'without'} jQuery`, () => {
      let server: XmppServer
      let stage: Stage
      let node: string
      let unload: (() => void) | undefined

      before(async function () {
        server = await start(this)
        if (withJQuery) unload = await loadJQuery()
        stage = await Stage.open(server)
      })
      after(async () => {
        await stage.close()
        await server.stop()
        unload?.()
      })
      beforeEach(async () => {
        node = await stage.node()
      })

      const storage = (format?: PayloadFormat): PubSubStorage => new PubSubStorage(node, stage.connection, format)

      it('create publishes without an id and resolves with that of the server, under the idAttribute', async () => {
        const Keyed = Backbone.Model.extend({ idAttribute: 'key' })
        const [created] = await results(storage().create(new Keyed({ title: 'T', at: new Date(0) })))
        assert.deepEqual(Object.keys(created), ['key'])
        assert.deepEqual(await stage.old.json(node), { [created['key'] as string]: { title: 'T', at: '1970-01-01T00:00:00.000Z' } })
      })

      it('update publishes under the id of the model and resolves with nothing', async () => {
        assert.deepEqual(await results(storage().update(new Backbone.Model({ id: 'a', title: 'T' }))), [])
        assert.deepEqual(await stage.old.json(node), { a: { id: 'a', title: 'T' } })
      })

      it('getItem resolves with what differs', async () => {
        await stage.old.publish(node, 'a', { title: 'T', n: 1, tags: ['x'], id: 'not this' })
        const model = new Backbone.Model({ id: 'a', title: 'T', n: 2, tags: ['x'] })
        assert.deepEqual(await results(storage().getItem(model)), [{ n: 1 }])
      })

      it('getItem of what isn’t there is a MissingError', async () => {
        const got = storage().getItem(new Backbone.Model({ id: 'none' }))
        const failed = new Promise((resolve) => {
          got.fail(resolve)
        })
        assert.equal(((await failed) as Error).name, 'MissingError')
      })

      it('getItems resolves with the attributes of each, with its id; and with the page', async () => {
        for (const id of ['a', 'b', 'c']) await stage.old.publish(node, id, { n: id })
        const [items, ...rest] = await results(storage().getItems())
        assert.deepEqual([items, rest], [['a', 'b', 'c'].map((id) => ({ n: id, id })), []])
        const [page, rsm] = await results(storage().getItems({ rsm: { max: 2 } }))
        assert.deepEqual([page.map(({ id }) => id), rsm!.count, typeof rsm!.first, typeof rsm!.last], [['a', 'b'], 3, 'string', 'string'])
        const [rest2] = await results(storage().getItems({ rsm: { max: 2, after: rsm!.last } }))
        assert.deepEqual(
          rest2.map(({ id }) => id),
          ['c'],
        )
        const [some] = await results(storage().getItems({ item_ids: ['b'] }))
        assert.deepEqual(some, [{ n: 'b', id: 'b' }])
        const [newest] = await results(storage().getItems({ max_items: 1 }))
        assert.deepEqual(newest, [{ n: 'c', id: 'c' }])
      })

      it('an item that is no JSON is left out with a warning', async () => {
        const { warn } = console
        const warnings: unknown[] = []
        console.warn = (text: unknown) => warnings.push(text)
        try {
          await stage.old.publishText(node, 'bad', '{')
          await stage.old.publish(node, 'good', {})
          assert.deepEqual(await results(storage().getItems()), [[{ id: 'good' }]])
        } finally {
          console.warn = warn
        }
        assert.equal(warnings.length, 1)
      })

      it('destroy retracts and tells', async () => {
        await stage.old.subscribe(node)
        await results(storage().update(new Backbone.Model({ id: `a-${node}` })))
        assert.deepEqual(await results(storage().destroy(new Backbone.Model({ id: `a-${node}` }))), [])
        await stage.old.hears(new RegExp(`^retract a-${node}$`))
      })

      it('atom: nested objects, numbers and dates, and whatever was written is read', async () => {
        const model = new Backbone.Model({ id: 'a', title: 'T', n: 3, at: new Date(0), author: { name: 'J', age: 7 } })
        await results(storage('atom').update(model))
        const [[item]] = await results(storage().getItems())
        const { updated, ...rest } = item!
        assert.deepEqual(rest, { id: 'a', title: 'T', n: 3, at: '1970-01-01T00:00:00Z', author: { name: 'J', age: 7 } })
        assert.match(updated as string, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      })

      it('sync creates, reads, updates and deletes at the node of the model or of its collection', async () => {
        const Model = Backbone.Model.extend({ sync: xmppSync })
        const Models = Backbone.Collection.extend({ sync: xmppSync, model: Model })
        const models = Object.assign(new Models(), { node: storage() })
        const model = models.create({ n: 1 })
        assert.equal((await next(model, 'sync'))[0], model)
        await model.save({ n: 2 })
        assert.deepEqual(await stage.old.json(node), { [model.id as string]: { n: 2, id: model.id } })
        const other = Object.assign(new Model({ id: model.id }), { node: storage() })
        await other.fetch()
        assert.equal(other.get('n'), 2)
        const again = Object.assign(new Models(), { node: storage() })
        await again.fetch()
        assert.deepEqual(again.toJSON(), [{ n: 2, id: model.id }])
        await other.destroy()
        assert.deepEqual(await stage.old.items(node), {})
      })

      it('sync calls success and error, triggers request, and returns a promise with done, fail, always and then', async () => {
        const model = Object.assign(new PubSubItem({ id: 'a' }), { node: storage() })
        const calls: unknown[] = []
        model.on('request', () => calls.push('request'))
        const promise = xmppSync('update', model, { success: () => calls.push('success'), error: () => calls.push('error') })
        promise.done(() => calls.push('done')).fail(() => calls.push('fail'))
        promise.always(() => calls.push('always'))
        await promise.then(() => calls.push('then'))
        assert.deepEqual(calls, ['request', 'success', 'done', 'always', 'then'])
        const missing = new Promise((resolve) => {
          const node = new PubSubStorage('nowhere', stage.connection)
          xmppSync('read', Object.assign(new PubSubNode(), { node }), { error: (error) => calls.push((error as Error).name) }).fail(resolve)
        })
        await missing
        assert.equal(calls.at(-1), 'MissingError')
      })

      it('sync without a node fails at once', () => {
        const calls: unknown[] = []
        const promise = xmppSync('read', new PubSubNode(), { error: (error) => calls.push((error as Error).name) })
        assert.deepEqual([promise.state(), calls], ['rejected', ['ArgumentError']])
      })

      it('the promises are of jQuery where that is there', () => {
        const promise = xmppSync('read', new PubSubNode()) as { pipe?: unknown }
        assert.equal(typeof promise.pipe, withJQuery ? 'function' : 'undefined')
      })

      it('fetch is done with the items and the page, whose last leads to the next', async () => {
        for (const id of ['a', 'b', 'c']) await stage.old.publish(node, id, {})
        const todos = new PubSubNode([], { id: node, connection: stage.connection })
        const last = await new Promise<string>((resolve) => {
          todos.fetch({ rsm: { max: 2 } }).done((items, rsm) => {
            assert.deepEqual([items.length, todos.pluck('id')], [2, ['a', 'b']])
            resolve(rsm.last!)
          })
        })
        await todos.fetch({ rsm: { max: 2, after: last }, remove: false })
        todos.stop()
        assert.deepEqual(todos.pluck('id'), ['a', 'b', 'c'])
      })
    })
  }
}

describe('PubSubStorage', () => {
  const connection = { jid: '' } as never

  it('refuses what is no node, and other formats', () => {
    for (const make of [
      () => new PubSubStorage('', connection),
      () => new PubSubStorage('a', undefined as never),
      () => new PubSubStorage('a', connection, 'xml' as never),
    ])
      assert.throws(make, { name: 'ArgumentError' })
  })
})

function results<A extends readonly unknown[]>(promise: PubSubPromise<A>): Promise<A> {
  return new Promise((resolve, reject) => {
    promise
      .done((...all) => {
        resolve(all)
      })
      .fail(reject)
  })
}
