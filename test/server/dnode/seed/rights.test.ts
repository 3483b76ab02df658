import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Connection, Model } from 'mongoose'
import { DeniedError } from '../../../../src/errors.js'
import { compose, crud, Hub, type Identity, pubsub, type PubsubOptions, type SeedRules, serveDnode } from '../../../../src/server/index.js'
import { openEmbedded } from '../../embedded-connection.js'
import { openRules } from '../../notes.js'
import type { OldClient } from './old-client.js'
import { type Served, type Todo, todoModel, ways } from './todos.js'

interface User {
  readonly id: string
}

const type = 'todo'
const url = 'todos'

describe('rights of old clients', () => {
  let connection: Connection
  let model: Model<Todo>
  let hub: Hub
  let served: Served | undefined
  const clients: OldClient[] = []

  before(async () => {
    connection = await openEmbedded()
    model = todoModel(connection)
  })
  after(() => connection.close())
  beforeEach(async () => {
    await model.deleteMany()
    hub = new Hub()
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- the model decides what T is
    hub.channel('live', { model, rules: openRules as never })
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.close()))
    await served?.close()
    await hub.close()
  })

  async function serve(options: PubsubOptions<User>, rules?: SeedRules<User>): Promise<void> {
    const { authenticate } = options
    const own = crud<User>({ database: connection, ...(rules && { rules }), ...(authenticate && { authenticate }) })
    served = await ways['our TCP']!(compose(pubsub<User>(options), own), () => undefined)
  }
  async function client(): Promise<OldClient> {
    const each = await served!.connect()
    clients.push(each)
    return each
  }

  it('nobody makes up events of a feed, also where all channels are of free form', async () => {
    await serve({ freeForm: '*', feeds: { [url]: 'live' }, hub: hub as never, rules: { publish: () => false, subscribe: () => true } })
    const [a, b] = [await client(), await client()]
    await b.ask('subscribe', url)
    await assert.rejects(a.call('publish', { text: 'made up' }, { url, method: 'create' }))
    const { _id } = await a.call('create', { title: 'true' }, { type, url })
    assert.equal((await b.event('created'))[1]._id, _id)
  })

  it('who renews credentials misses nothing meanwhile', async () => {
    let check: () => void = () => undefined
    const checked = new Promise<void>((resolve) => (check = resolve))
    let slow = false
    let asked: () => void = () => undefined
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    const authenticate = async (credentials: unknown): Promise<Identity<User>> => {
      if (credentials === 'slow') {
        slow = true
        asked()
        await checked
      }
      return { user: { id: 'x' } }
    }
    await serve({ authenticate, freeForm: '*' })
    const [a, b] = [await client(), await client()]
    await a.ask('subscribe', url)
    const renewed = a.ask('authenticate', 'slow')
    await isAsked
    assert.ok(slow)
    await b.call('publish', { n: 1 }, { url, method: 'create' })
    check()
    await renewed
    await b.call('publish', { n: 2 }, { url, method: 'create' })
    await a.until(([name, document]) => name === 'created' && document.n === 2)
    assert.deepEqual(a.heard.filter(([name]) => name === 'created').map(([, { n }]) => n as number), [1, 2]) // prettier-ignore
  })

  it('who becomes somebody else leaves the channels of who they were', async () => {
    const authenticate = (credentials: unknown): Identity<User> => {
      if (credentials === 'wrong') throw new DeniedError('not you')
      return { user: { id: String(credentials) } }
    }
    await serve({ authenticate, freeForm: '*', rules: { publish: () => true, subscribe: ({ id }, at) => at === id || at === url } })
    const [a, b] = [await client(), await client()]
    await a.ask('authenticate', 'ann')
    await a.ask('subscribe', 'ann')
    await a.ask('subscribe', url)
    await a.ask('authenticate', 'bob')
    await b.call('publish', { n: 1 }, { url: 'ann', method: 'create' })
    await b.call('publish', { n: 2 }, { url, method: 'create' })
    await a.until(([name, document]) => name === 'created' && document.n === 2)
    assert.deepEqual(a.heard.filter(([name]) => name === 'created').map(([, { n }]) => n as number), [2]) // prettier-ignore
  })

  it('two subscriptions at once to what is denied are both denied', async () => {
    const denying = new Hub()
    denying.channel('live', { model, rules: { read: () => false, fields: { readable: '*' } } as never })
    await serve({ feeds: { [url]: 'live' }, hub: denying as never })
    const a = await client()
    const results = await Promise.allSettled([a.ask('subscribe', url), a.ask('subscribe', url), a.ask('subscribe', url)])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    )
    await denying.close()
  })

  it('a rule that throws is not an error of who wrote', async () => {
    const rules: SeedRules<User> = {
      todo: {
        read: ({ id }) => {
          if (id === 'bad') throw new TypeError('a bug in a rule')
          return true
        },
        create: () => true,
        fields: { readable: '*', writable: '*' },
      },
    }
    const reported: unknown[] = []
    const onError = (error: unknown): unknown => reported.push(error)
    await serve({ authenticate: (credentials) => ({ user: { id: String(credentials) } }), onError }, rules)
    const [a, b] = [await client(), await client()]
    await b.ask('authenticate', 'bad')
    await b.ask('subscribe', url)
    await a.ask('subscribe', url)
    await a.call('create', { title: 'x' }, { type, url })
    assert.equal((await a.event('created'))[1].title, 'x')
    assert.match(String(reported), /^TypeError: a bug in a rule$/)
  })

  it('a list may be as long as those that come without a limit', async () => {
    await serve({})
    const a = await client()
    assert.deepEqual(await a.call('read', { type, sorting: { limit: 5_000 } }), [])
  })

  it('a feed that the hub has not leaves nothing behind', async () => {
    let transports = 0
    const counting = {
      transport: (user: unknown) => (
        transports++,
        {
          ...hub.transport(user),
          node: () => {
            throw new DeniedError('no')
          },
          close: () => Promise.resolve(transports--),
        }
      ),
    }
    await serve({ feeds: { [url]: 'live' }, hub: counting as never })
    const a = await client()
    await assert.rejects(a.ask('subscribe', url), { code: 'denied' })
    assert.equal(transports, 0)
  })

  it('a name that is no text is no channel', async () => {
    await serve({})
    const a = await client()
    await assert.rejects(a.ask('subscribe', '\ud800'), (error) => error === 'invalid parameters')
  })

  it('who asks and reads no answers is ended', async () => {
    await model.create(Array.from({ length: 100 }, (_, n) => ({ title: String(n).padEnd(10_000, 'x') })))
    const limits = { buffered: 100_000 }
    const listener = await serveDnode(crud({ database: connection, limits, onError: () => undefined }), {
      tcp: { port: 0, host: '127.0.0.1' },
    })
    const socket = connect(listener.tcpPort!, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => undefined).pause()
    const call = `${JSON.stringify({ method: 'read', arguments: [{ type }, '[Function]'], callbacks: { 1: ['1'] }, links: [] })}\n`
    for (let round = 0; round < 200 && listener.connections > 0; round++) {
      socket.write(call)
      await new Promise((resolve) => setImmediate(resolve))
    }
    while (listener.connections > 0) await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
    await listener.close()
  })
})
