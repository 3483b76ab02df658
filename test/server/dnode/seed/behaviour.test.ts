import assert from 'node:assert/strict'
import type { Connection, Model } from 'mongoose'
import { compose, crud, type Pubsub, pubsub } from '../../../../src/server/index.js'
import { openEmbedded } from '../../embedded-connection.js'
import type { OldClient } from './old-client.js'
import { type Served, type Todo, todoModel, ways } from './todos.js'

const type = 'todo'
const url = 'todos'

for (const [way, serve] of Object.entries(ways)) {
  describe(`the seed's behaviour over ${way}`, () => {
    let connection: Connection
    let model: Model<Todo>
    let channels: Pubsub
    let served: Served
    let clients: OldClient[]
    let a: OldClient
    let b: OldClient
    const reported: unknown[] = []
    const onError = (error: unknown): unknown => reported.push(error)

    before(async () => {
      connection = await openEmbedded()
      model = todoModel(connection)
    })
    after(() => connection.close())
    beforeEach(async () => {
      reported.length = 0
      await model.deleteMany()
      channels = pubsub({ freeForm: ['chat'], onError })
      served = await serve(compose(channels, crud({ database: connection, whitelist: [type, 'nowhere'], onError })), onError)
      clients = []
      a = await client()
      b = await client()
    })
    afterEach(async () => {
      await Promise.all(clients.map((each) => each.close()))
      await served.close()
      await channels.close()
      assert.deepEqual(reported, [])
    })

    async function client(): Promise<OldClient> {
      const each = await served.connect()
      clients.push(each)
      return each
    }

    it('create saves and answers the plain object', async () => {
      const created = await a.call('create', { title: 'a', created: '2026-01-02T03:04:05.000Z' }, { type, url })
      assert.match(created._id, /^[0-9a-f]{24}$/)
      assert.deepEqual(created, { _id: created._id, title: 'a', created: '2026-01-02T03:04:05.000Z', done: false, __v: 0 })
      assert.equal((await model.findById(created._id))?.created?.getTime(), Date.UTC(2026, 0, 2, 3, 4, 5))
    })

    it('create, update and delete tell every subscriber, the writer too, and the writer first has its answer', async () => {
      for (const each of [a, b]) await each.ask('subscribe', url)
      const created = await a.call('create', { title: 'a' }, { type, url })
      assert.deepEqual(await b.event('created'), ['created', created, { url, type, method: 'create' }])
      assert.deepEqual((await a.event('created'))[1], created)
      const order = a.heard.map(([name]) => name).filter((name) => name.includes('create'))
      assert.deepEqual(order, ['answer to create', 'created'])
      const updated = await b.call('update', { ...created, title: 'b', nonsense: 1 }, { type, url })
      assert.equal(updated.title, 'b')
      assert.deepEqual(await a.event('updated'), ['updated', updated, { url, type, method: 'update' }])
      const deleted = await b.call('delete', { _id: created._id }, { type, url })
      assert.equal(deleted._id, created._id)
      assert.deepEqual(await a.event('deleted'), ['deleted', deleted, { url, type, method: 'delete' }])
      assert.equal(await model.countDocuments(), 0)
    })

    it('publishes nothing that is silent, and nothing to other URLs', async () => {
      await b.ask('subscribe', url)
      await a.call('create', { title: 'silent' }, { type, url, silent: true })
      await a.call('create', { title: 'elsewhere' }, { type, url: 'others' })
      await a.call('create', { title: 'loud' }, { type, url })
      assert.equal((await b.event('created'))[1].title, 'loud')
    })

    it('update sets only what the document has, and leaves the rest', async () => {
      const { _id } = await model.create({ title: 'a', owner: 'x' })
      const updated = await a.call('update', { _id: String(_id), done: true, nonsense: 1, __v: 77 }, { type, url })
      assert.deepEqual(updated, { _id: String(_id), title: 'a', owner: 'x', done: true, __v: 0 })
    })

    const sorted = (list: { title: string }[]): string => list.map(({ title }) => title).join('')
    const reads: readonly [string, object, string][] = [
      ['all', {}, 'abcd'],
      ['those that match', { query: { done: true } }, 'bd'],
      ['operators', { query: { title: { $in: ['a', 'd'] } } }, 'ad'],
      ['dates as text', { query: { created: { $gt: '2026-01-02' } }, sorting: { sort: [['title', 1]] } }, 'cd'],
      ['an order of pairs', { sorting: { sort: [['title', -1]] } }, 'dcba'],
      ['an order as an object, and a window', { sorting: { sort: { title: 'desc' }, skip: 1, limit: 2 } }, 'cb'],
      ['an order as text', { sorting: { sort: '-done title', limit: 3 } }, 'bda'],
      ['a limit of none', { sorting: { limit: 0, sort: 'title' } }, 'abcd'],
      ['a prefix', { query: { title: { $prefix: 'b' } } }, 'b'],
    ]
    for (const [name, opt, titles] of reads) {
      it(`read takes ${name}`, async () => {
        for (const [index, title] of ['a', 'b', 'c', 'd'].entries())
          await model.create({ title, done: index % 2 === 1, created: new Date(Date.UTC(2026, 0, index + 1)) })
        assert.equal(sorted(await a.call('read', { type, sorting: { sort: 'title' }, ...opt })), titles)
      })
    }

    it('read of an id answers one document, with the fields that were asked for', async () => {
      const { _id } = await model.create({ title: 'a', owner: 'x' })
      const one = { type, query: { id: String(_id) } }
      assert.equal((await a.call('read', one)).title, 'a')
      assert.deepEqual(await a.call('read', { ...one, fields: ['title'] }), { _id: String(_id), title: 'a' })
      assert.deepEqual(await a.call('read', { ...one, fields: 'done title' }), { _id: String(_id), title: 'a', done: false })
      assert.deepEqual(await a.call('read', { ...one, fields: { owner: 0, done: 0, __v: 0 } }), { _id: String(_id), title: 'a' })
    })

    it('subscribed and unsubscribed tell how many there are', async () => {
      assert.equal(await a.ask('subscribe', url), 1)
      assert.deepEqual(await a.event('subscribed'), ['subscribed', url, 1])
      assert.equal(await b.ask('subscribe', url), 2)
      assert.equal(await b.ask('subscribe', url), 2)
      assert.deepEqual(await a.until(([name, , count]) => name === 'subscribed' && count === 2), ['subscribed', url, 2])
      assert.equal(await b.ask('unsubscribe', url), 1)
      assert.deepEqual(await a.event('unsubscribed'), ['unsubscribed', url, 1])
      assert.equal(await b.ask('unsubscribe', url), 1)
    })

    it('the end of a connection leaves all its channels', async () => {
      await a.ask('subscribe', url)
      await b.ask('subscribe', url)
      await b.ask('subscribe', 'others')
      assert.equal(channels.channels, 2)
      b.cut()
      assert.deepEqual(await a.event('unsubscribed'), ['unsubscribed', url, 1])
      assert.equal(channels.channels, 1)
    })

    it('publish tells what a client likes where that is declared', async () => {
      await b.ask('subscribe', 'chat')
      assert.deepEqual(await a.call('publish', { text: 'hi' }, { url: 'chat', method: 'create', mood: 1 }), { text: 'hi' })
      assert.deepEqual(await b.event('created'), ['created', { text: 'hi' }, { url: 'chat', method: 'create', mood: 1 }])
    })

    it('publish elsewhere tells what is stored, whatever the client claims', async () => {
      await b.ask('subscribe', url)
      const { _id } = await model.create({ title: 'stored' })
      await a.call('publish', { _id: String(_id), title: 'claimed' }, { type, url, method: 'update' })
      assert.equal((await b.event('updated'))[1].title, 'stored')
    })

    it('frees the callbacks of 2,000 calls at both ends', async () => {
      const handshake = a.dnode.proto.callbacks.local.filter((held) => held !== undefined).length
      for (let round = 0; round < 20; round++)
        await Promise.all(Array.from({ length: 100 }, () => a.call('read', { type, query: { title: 'none' } })))
      const held = (): number => a.dnode.proto.callbacks.local.filter((each) => each !== undefined).length
      while (held() > handshake) await new Promise((resolve) => setImmediate(resolve))
      assert.equal(held(), handshake)
    })
  })
}
