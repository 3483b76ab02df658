import assert from 'node:assert/strict'
import type { Connection, Model } from 'mongoose'
import { DeniedError } from '../../../../src/errors.js'
import { type ChannelRules, compose, crud, Hub, type Identity, type Pubsub, pubsub, type SeedRules } from '../../../../src/server/index.js'
import { asArray } from '../../../../src/streams/index.js'
import { openEmbedded } from '../../embedded-connection.js'
import { openRules } from '../../notes.js'
import type { OldClient } from './old-client.js'
import { type Served, type Todo, todoModel, ways } from './todos.js'

interface User {
  readonly id: string
}

const type = 'todo'
const url = 'todos'
const rules: SeedRules<User> = {
  todo: {
    read: ({ id }) => ({ owner: id }),
    create: ({ id }) => ({ owner: id }),
    patch: () => true,
    retract: ({ id }) => ({ owner: id }),
    fields: { readable: ['title', 'done', 'owner'], writable: ['title', 'done', 'owner'] },
    filterable: ['title', 'secret'],
    sortable: ['title'],
  },
}
const authenticate = (credentials: unknown): Identity<User> => {
  if (typeof credentials !== 'string') throw new DeniedError('say who you are')
  return { user: { id: credentials } }
}

describe('rules for old clients', () => {
  let connection: Connection
  let model: Model<Todo>
  let channels: Pubsub
  let served: Served
  let ann: OldClient
  let bob: OldClient
  const clients: OldClient[] = []

  before(async () => {
    connection = await openEmbedded()
    model = todoModel(connection)
  })
  after(() => connection.close())
  beforeEach(async () => {
    await model.deleteMany()
    channels = pubsub<User>({
      authenticate,
      rules: { subscribe: () => true, publish: (_user, at, of) => at === url && of === type },
    })
    served = await ways['our TCP']!(compose(channels, crud<User>({ database: connection, rules, authenticate })))
    ann = await client('ann')
    bob = await client('bob')
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.close()))
    await served.close()
  })

  async function client(name?: string): Promise<OldClient> {
    const each = await served.connect()
    clients.push(each)
    if (name !== undefined) await each.ask('authenticate', name)
    return each
  }

  it('know nobody who has not said who they are', async () => {
    const nobody = await client()
    const denied = { code: 'denied', message: 'say who you are' }
    await assert.rejects(nobody.call('read', { type }), denied)
    await assert.rejects(nobody.ask('subscribe', url), denied)
    await nobody.ask('authenticate', 'ann')
    assert.deepEqual(await nobody.call('read', { type }), [])
  })

  it('give each their own documents, of these the readable fields', async () => {
    await model.create([
      { title: 'a', owner: 'ann', secret: 's' },
      { title: 'b', owner: 'bob', secret: 's' },
    ])
    const [only, ...others] = await ann.call('read', { type })
    assert.deepEqual({ ...only, _id: '' }, { _id: '', title: 'a', done: false, owner: 'ann' })
    assert.deepEqual(others, [])
    const foreign = await model.findOne({ owner: 'bob' })
    for (const [method, ...args] of [
      ['read', { type, query: { id: String(foreign!._id) } }],
      ['update', { _id: String(foreign!._id), title: 'x' }, { type }],
      ['delete', { _id: String(foreign!._id) }, { type }],
    ] as const)
      await assert.rejects(ann.call(method, ...args), (error) => error === 'model not found')
    assert.equal((await model.findOne({ owner: 'bob' }))?.title, 'b')
  })

  it('refuse what they do not name, and nothing is written', async () => {
    const refused: readonly (readonly [string, ...unknown[]])[] = [
      ['create', { title: 'x', owner: 'bob' }, { type, url }],
      ['create', { title: 'x', owner: 'ann', secret: 'x' }, { type, url }],
      ['create', { title: 'x', owner: 'ann' }, { type, url: 'elsewhere' }],
      ['read', { type, query: { title: { $ne: 'x' } } }],
      ['read', { type, query: { done: true } }],
      ['read', { type, sorting: { sort: { done: 1 } } }],
      ['read', { type, fields: ['secret'] }],
      ['publish', { text: 'x' }, { url, type }],
    ]
    for (const [method, ...args] of refused)
      await assert.rejects(
        ann.call(method, ...args),
        (error: any) => ['denied', 'query'].includes(error.code) || error === 'invalid parameters',
        JSON.stringify(args),
      )
    assert.equal(await model.countDocuments(), 0)
  })

  it('take what an old client sends along unchanged', async () => {
    const { _id } = await model.create({ title: 'a', owner: 'ann', secret: 's' })
    const [mine] = await ann.call('read', { type })
    assert.equal((await ann.call('update', { ...mine, title: 'b' }, { type })).title, 'b')
    assert.equal((await model.findById(_id))?.secret, 's')
  })

  it('tell an event only to those who may read it, with what they may read', async () => {
    await ann.ask('subscribe', url)
    await bob.ask('subscribe', url)
    const mine = await ann.call('create', { title: 'a', owner: 'ann' }, { type, url })
    assert.deepEqual((await ann.event('created'))[1], mine)
    await ann.call('update', { _id: mine._id, owner: 'bob' }, { type, url })
    assert.deepEqual((await ann.event('deleted'))[1], { _id: mine._id })
    const [, shown] = await bob.event('created')
    assert.equal(shown.owner, 'bob')
    assert.deepEqual(Object.keys(shown).sort(), ['_id', 'done', 'owner', 'title'])
  })
})

for (const [way, serve] of Object.entries(ways)) {
  describe(`a hub's channel for old clients over ${way}`, () => {
    let connection: Connection
    let model: Model<Todo>
    let hub: Hub
    let channels: Pubsub
    let served: Served
    let a: OldClient
    let b: OldClient
    beforeEach(async () => {
      connection = await openEmbedded()
      model = todoModel(connection)
      hub = new Hub()
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- the model decides what T is
      hub.channel('live', { model, rules: openRules as ChannelRules<Todo, unknown> })
      channels = pubsub({ hub, feeds: { [url]: 'live' } })
      served = await serve(compose(channels, crud({ database: connection })))
      a = await served.connect()
      b = await served.connect()
    })
    afterEach(async () => {
      await Promise.all([a, b].map((each) => each.close()))
      await served.close()
      await hub.close()
      await connection.close()
    })

    it('tells old clients what new ones write', async () => {
      await model.create({ title: 'before' })
      await a.ask('subscribe', url)
      const node = hub.transport(undefined).node<Todo>('live')
      const id = await node.publish({ title: 'a', done: false })
      assert.deepEqual(await a.event('created'), ['created', { _id: id, title: 'a', done: false }, { url, method: 'create' }])
      await node.patch(id, { done: true })
      assert.equal((await a.event('updated'))[1].done, true)
      await node.retract(id)
      assert.equal((await a.event('deleted'))[1]._id, id)
      assert.equal(a.heard.filter(([name]) => name === 'created').length, 1)
    })

    it('shows new clients what old ones write, and tells old ones once', async () => {
      const shown: (readonly Todo[])[] = []
      const feed = hub.transport(undefined).node<Todo>('live').feed()
      const subscription = feed.pipe(asArray()).subscribe((todos) => shown.push(todos))
      for (const each of [a, b]) await each.ask('subscribe', url)
      const { _id } = await a.call('create', { title: 'a' }, { type, url })
      await a.call('update', { _id, title: 'b' }, { type, url })
      await a.call('delete', { _id }, { type, url })
      for (const each of [a, b]) await each.event('deleted')
      assert.deepEqual(
        shown.map((todos) => todos.map(({ title }) => title).join('')),
        ['', 'a', 'b', ''],
      )
      const told = (of: OldClient): string[] => of.heard.map(([name]) => name).filter((name) => /^(created|updated|deleted)$/.test(name))
      for (const each of [a, b]) assert.deepEqual(told(each), ['created', 'updated', 'deleted'])
      assert.ok(a.heard.findIndex(([name]) => name === 'answer to create') < a.heard.findIndex(([name]) => name === 'created'))
      subscription.unsubscribe()
    })
  })
}
