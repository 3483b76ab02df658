import assert from 'node:assert/strict'
import Backbone from 'backbone'
import { DnodeClient } from '../../../../src/backbone/compat/dnode/index.js'
import { contentOf, record } from '../../recorder.js'
import { dnodeTo, heard, PlainServer } from './plain-server.js'

describe('compat-dnode with plain dnode', () => {
  let server: PlainServer
  let connections: any[]
  beforeEach(async () => {
    server = await PlainServer.start()
    connections = []
  })
  afterEach(async () => {
    for (const d of connections) d.end()
    await server.stop()
  })

  /** An application: its client, online, and a collection of it. */
  async function online(pubsub = true) {
    const client = new DnodeClient()
    const d = dnodeTo(server.port, client.middleware({ pubsub }))
    connections.push(d)
    await heard(d, 'remote')
    const Foos = client.Collection.extend({ type: 'foo', url: 'foos' })
    return { client, d, foos: new Foos() as any }
  }

  async function subscribed(pubsub = true) {
    const app = await online(pubsub)
    await new Promise((resolve) => app.foos.subscribe({}, resolve))
    return app
  }

  const fetched = (foos: any, options: object = {}) => new Promise<any>((finished) => foos.fetch({ ...options, finished }))

  it('creates: the server gives the id, and the model is in the collection once', async () => {
    const { foos } = await subscribed()
    const log = record(foos)
    const model = foos.create({ bar: 'x' }, { finished: () => undefined })
    await heard(model, 'sync')
    assert.equal(model.id, 'id1')
    assert.equal(foos.length, 1)
    assert.equal(foos.get('id1'), model)
    assert.deepEqual(
      log.heard.filter(({ name }) => name === 'add').map(({ name }) => name),
      ['add'],
    )
  })

  for (const order of ['tell first', 'answer first'] as const) {
    it(`has one model of one create, whichever comes first: ${order}`, async () => {
      server.order = order
      const { foos } = await subscribed()
      const finished = [1, 2, 3].map((bar) => new Promise((resolve) => foos.create({ bar }, { finished: resolve })))
      await Promise.all(finished)
      server.write('updated', { _id: 'id3', bar: 4 })
      await heard(foos, 'change:bar')
      assert.deepEqual(foos.pluck('_id'), ['id1', 'id2', 'id3'])
    })

    it(`shows what was typed last, whichever comes first: ${order}`, async () => {
      server.order = order
      server.docs.set('a', { _id: 'a', bar: 0 })
      const { foos } = await subscribed()
      await fetched(foos)
      const seen: number[] = []
      foos.on('change:bar', (_: unknown, value: number) => seen.push(value))
      const saves = [1, 2, 3].map((bar) => new Promise((finished) => foos.get('a').save({ bar }, { finished })))
      await Promise.all(saves)
      server.write('updated', { _id: 'a', baz: 1 })
      await heard(foos, 'change:baz')
      assert.deepEqual(seen, [1, 2, 3])
    })
  }

  it('creates with wait: the model that was made is the one in the collection', async () => {
    const { foos } = await subscribed()
    const model = foos.create({ bar: 'x' }, { wait: true })
    assert.equal(foos.length, 0)
    await heard(foos, 'add')
    assert.equal(foos.at(0), model)
  })

  it('tells others: created, updated, deleted', async () => {
    const one = await subscribed()
    const other = await subscribed()
    one.foos.create({ bar: 1 })
    const [added] = await heard(other.foos, 'add')
    assert.deepEqual(added.attributes, { bar: 1, _id: 'id1' })
    one.foos.at(0).save({ bar: 2 })
    await heard(other.foos, 'change:bar')
    assert.equal(added.get('bar'), 2)
    one.foos.at(0).destroy()
    await heard(added, 'destroy')
    assert.equal(other.foos.length, 0)
  })

  it('parses what others created', async () => {
    const { client } = await online()
    const Foo = client.Model.extend({ parse: (doc: any) => ({ ...doc, parsed: true }) })
    const foos: any = new (client.Collection.extend({ type: 'foo', url: 'foos', model: Foo }))()
    await new Promise((resolve) => foos.subscribe(resolve))
    server.write('created', { _id: 'a' })
    const [model] = await heard(foos, 'add')
    assert.deepEqual(model.attributes, { _id: 'a', parsed: true })
  })

  it('a created document that is there already is set', async () => {
    const { foos } = await subscribed()
    foos.add({ _id: 'a', bar: 1 })
    server.write('created', { _id: 'a', bar: 2 })
    await heard(foos, 'change:bar')
    assert.equal(foos.length, 1)
  })

  it('fetch hands query, fields and sorting over, and adds if it is told to', async () => {
    for (const bar of [1, 1, 2]) server.docs.set(`d${server.docs.size}`, { _id: `d${server.docs.size}`, bar })
    const { foos } = await subscribed()
    const sorting = { sort: [['created', -1]], limit: 1 }
    await fetched(foos, { query: { bar: 1 }, fields: ['bar'], sorting })
    assert.deepEqual(contentOf(foos), [{ _id: 'd0', bar: 1 }])
    const [[opt]] = server.callsOf('read') as any
    const { error: _, ...plain } = opt
    assert.deepEqual(plain, { parse: true, query: { bar: 1 }, fields: ['bar'], sorting, type: 'foo', url: 'foos' })
    await fetched(foos, { query: { bar: 2 }, add: true })
    assert.deepEqual(foos.pluck('_id'), ['d0', 'd2'])
    await fetched(foos, { query: { bar: 2 }, silent: true })
    assert.deepEqual(foos.pluck('_id'), ['d2'])
  })

  it('fetches one model by its id', async () => {
    server.docs.set('a', { _id: 'a', bar: 1 })
    const { client } = await online()
    const model: any = new (client.Model.extend({ type: 'foo', url: 'foos' }))({ _id: 'a' })
    const [found, response] = await new Promise<any[]>((resolve) => model.fetch({ finished: (...args: any[]) => resolve(args) }))
    assert.equal(found, model)
    assert.deepEqual(response, { _id: 'a', bar: 1 })
    assert.equal(model.get('bar'), 1)
  })

  it('success comes as an event if there is no finished', async () => {
    const { foos } = await subscribed()
    const model = foos.create({ bar: 1 })
    const [subject, response, options] = await heard(model, 'success')
    assert.equal(subject, model)
    assert.equal(response._id, 'id1')
    assert.equal(options.type, undefined)
  })

  it('runs success, fires request and sync, and resolves, also without pubsub', async () => {
    const { client } = await online(false)
    const events: string[] = []
    const model: any = new (client.Model.extend({ type: 'foo', url: 'foos' }))({ bar: 1 })
    model.on('all', (name: string) => events.push(name))
    const answer = await model.save({}, { success: () => events.push('-> success'), finished: () => events.push('-> finished') })
    assert.equal(answer._id, 'id1')
    assert.deepEqual(events, ['request', 'changeId', 'change:_id', 'change', '-> success', 'sync', '-> finished'])
    assert.equal(server.callsOf('subscribe').length, 0)
  })

  it('passes the words of the server to error, and fires it', async () => {
    const { client } = await online()
    const model: any = new (client.Model.extend({ type: 'foo', url: 'foos' }))({ _id: 'gone' })
    const words: unknown[] = []
    const result = model.save({ bar: 1 }, { error: (_: unknown, word: unknown) => words.push(word) })
    const [, word] = await heard(model, 'error')
    await assert.rejects(result, { message: 'model not found' })
    assert.deepEqual([word, ...words], ['model not found', 'model not found'])
  })

  it('without a connection error gets no connection at once', async () => {
    const { client } = { client: new DnodeClient() }
    const model: any = new (client.Model.extend({ type: 'foo', url: 'foos' }))({ _id: 'a' })
    const errors: Error[] = []
    const events: string[] = []
    model.on('all', (name: string) => events.push(name))
    model.fetch({ error: (_: unknown, error: Error) => errors.push(error) })
    assert.deepEqual(
      errors.map((error) => [error instanceof Error, error.message]),
      [[true, 'no connection']],
    )
    assert.deepEqual(events, ['request', 'error'])
  })

  it('silent reaches the server, which tells nobody', async () => {
    const one = await subscribed()
    const other = await subscribed()
    await new Promise((finished) => one.foos.create({ bar: 1 }, { silent: true, finished }))
    one.foos.create({ bar: 2 })
    const [added] = await heard(other.foos, 'add')
    assert.equal(added.get('bar'), 2)
  })

  it('is a drop-in for Backbone.sync', async () => {
    const { client } = await online()
    const before = Backbone.sync
    ;(Backbone as any).sync = client.sync
    try {
      const model: any = new (Backbone.Model.extend({ type: 'foo', url: () => 'foos', idAttribute: '_id' }))({ bar: 1 })
      await model.save()
      assert.equal(model.id, 'id1')
    } finally {
      ;(Backbone as any).sync = before
    }
  })

  it('honours any idAttribute: an id of the server goes where the model looks for it', async () => {
    const { client } = await online()
    const foos: any = new (Backbone.Collection.extend({ type: 'foo', url: 'foos', model: Backbone.Model.extend({ sync: client.sync }) }))()
    const remove = client.install(Backbone)
    await new Promise((resolve) => foos.subscribe(resolve))
    const model = foos.create({ bar: 1 })
    await heard(model, 'sync')
    assert.equal(model.id, 'id1')
    server.write('updated', { _id: 'id1', bar: 2 })
    await heard(model, 'change:bar')
    await new Promise((finished) => model.destroy({ finished }))
    assert.deepEqual((server.callsOf('delete') as any)[0][0], { _id: 'id1' })
    remove()
    assert.equal('subscribe' in Backbone.Model.prototype, false)
  })

  describe('presence', () => {
    it('one subscription serves all of one URL', async () => {
      const { client, foos } = await subscribed()
      const more: any = new (client.Collection.extend({ url: 'foos' }))()
      const count = await new Promise((resolve) => assert.equal(more.subscribe(resolve), more))
      assert.equal(count, 1)
      assert.equal(server.callsOf('subscribe').length, 1)
      server.write('created', { _id: 'a' })
      await Promise.all([heard(foos, 'add'), heard(more, 'add')])
      await new Promise((resolve) => more.unsubscribe({}, resolve))
      assert.equal(server.callsOf('unsubscribe').length, 0)
      await new Promise((resolve) => foos.unsubscribe(resolve))
      assert.equal(server.callsOf('unsubscribe').length, 1)
      assert.equal(client.channels, 0)
    })

    it('tells the number online as it changes', async () => {
      const one = await online()
      const counts: unknown[] = []
      one.foos.on('subscribe', (count: number) => counts.push(`+${count}`))
      one.foos.on('unsubscribe', (count: number) => counts.push(`-${count}`))
      await new Promise((resolve) => one.foos.subscribe({}, resolve))
      const other = await subscribed()
      const left = heard(one.foos, 'unsubscribe')
      other.foos.unsubscribe()
      await left
      assert.deepEqual(counts, ['+1', '+2', '-1'])
    })

    it('after unsubscribe nothing is heard', async () => {
      const { foos } = await subscribed()
      await new Promise((resolve) => foos.unsubscribe(resolve))
      server.tell('created', { _id: 'a' }, { url: 'foos' })
      await fetched(foos)
      assert.equal(foos.length, 0)
    })

    it('is asked for when there is a connection, if there is none yet', async () => {
      const client = new DnodeClient()
      const foos: any = new (client.Collection.extend({ url: 'foos' }))()
      const done = new Promise((resolve) => foos.subscribe({}, resolve))
      connections.push(dnodeTo(server.port, client.middleware({ pubsub: true })))
      assert.equal(await done, 1)
    })

    it('is an error without pubsub, or without a url', async () => {
      const { client, foos } = await online(false)
      const errors: string[] = []
      const error = ({ message }: Error) => errors.push(message)
      foos.subscribe({ error })
      ;(new client.Model() as any).subscribe({ error }).unsubscribe({ error })
      assert.deepEqual(errors, [
        'subscribe: the middleware was made without pubsub',
        'subscribe: there is no url',
        'unsubscribe: there is no url',
      ])
    })
  })

  it('subscribed again over a new connection of the application, and brought up to date', async () => {
    server.docs.set('a', { _id: 'a' })
    const { client, d, foos } = await subscribed()
    await fetched(foos)
    const down = heard(d, 'end')
    d.end()
    await down
    server.docs.set('b', { _id: 'b' })
    connections.push(dnodeTo(server.port, client.middleware({ pubsub: true })))
    await heard(foos, 'update')
    assert.deepEqual(foos.pluck('_id'), ['a', 'b'])
  })

  it('a call whose connection ends fails', async () => {
    const { foos, d } = await subscribed()
    server.paused = []
    const result = foos.fetch()
    d.end()
    await assert.rejects(result, { code: 'connection', outcomeUnknown: true })
  })

  it('keeps no callbacks: after 10,000 calls the tables are as they were', async () => {
    const { client, d, foos } = await subscribed()
    const { local } = d.proto.callbacks
    const [before, channels] = [local.length, client.channels]
    for (let round = 0; round < 100; round++) {
      const reads = Array.from({ length: 100 }, () =>
        foos.sync('read', foos, { query: { id: 'none' }, success: () => undefined }).catch(() => undefined),
      )
      await Promise.all(reads)
    }
    assert.equal(server.callsOf('read').length, 10_000)
    assert.equal(local.length, before)
    assert.equal(client.channels, channels)
  })
})
