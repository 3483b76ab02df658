import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import type { Connection, Model } from 'mongoose'
import { compose, crud, type Pubsub, pubsub, serveDnode } from '../../../../src/server/index.js'
import { openEmbedded } from '../../embedded-connection.js'
import type { OldClient } from './old-client.js'
import { type Served, type Todo, todoModel, ways } from './todos.js'

const type = 'todo'
const url = 'todos'
const noop = (): void => undefined
const words = {
  parameters: 'invalid parameters',
  type: 'invalid model type',
  found: 'model not found',
  missing: 'missing parameters',
}

/** Method, arguments but for the last callback, and the error: a word, or a code. */
const table: readonly (readonly [string, readonly unknown[], string])[] = [
  ['create', [{ title: 'x', _id: 'a'.repeat(24) }, { type }], words.parameters],
  ['create', [{ title: 'x', _id: { $gt: '' } }, { type }], words.parameters],
  ['create', [{ title: 'x' }, {}], words.parameters],
  ['create', [{ title: 'x' }, { type: 7 }], words.parameters],
  ['create', [{ title: 'x' }, { type: { $ne: '' } }], words.parameters],
  ['create', [{ title: 'x' }, { type: 'secrets' }], words.type],
  ['create', [{ title: 'x' }, { type: 'constructor' }], words.type],
  ['create', [null, { type }], words.parameters],
  ['create', ['text', { type }], words.parameters],
  ['create', [[{ title: 'x' }], { type }], words.parameters],
  ['create', [{ title: { $gt: '' } }, { type }], 'validation'],
  ['create', [{ done: true }, { type }], 'validation'],
  ['create', [{ title: 'x', extra: { _bsontype: 'ObjectId' } }, { type }], words.parameters],
  ['create', [{ title: 'x' }, { type, url: 'forbidden' }], 'denied'],
  ['create', [{ title: 'x' }, { type, url: 7 }], words.parameters],
  ['create', [{ title: 'x' }, { type, url: { $ne: '' } }], words.parameters],
  ['create', [{ title: 'x', constructor: 'y' }, { type }], words.parameters],
  ['create', [{ title: 'x', owner: { prototype: 1 } }, { type }], words.parameters],
  ['create', [{ title: 'x' }, { type, constructor: 'y' }], words.parameters],
  ['create', [{ title: 'x'.repeat(20_000) }, { type }], 'limit'],
  ['read', [{}], words.parameters],
  ['read', [{ type: 'secrets' }], words.type],
  ['read', [{ type, query: 'all' }], words.parameters],
  ['read', [{ type, query: { $where: 'sleep(1000)' } }], 'query'],
  ['read', [{ type, query: { $expr: { $gt: ['$a', '$b'] } } }], 'query'],
  ['read', [{ type, query: { title: { $regex: '(a+)+$' } } }], 'query'],
  ['read', [{ type, query: { id: { $ne: null } } }], words.parameters],
  ['read', [{ type, query: { constructor: { name: 'x' } } }], words.parameters],
  ['read', [{ type, query: { done: 'maybe' } }], 'query'],
  ['read', [{ type, query: { _id: 'nonsense' } }], 'query'],
  ['read', [{ type, query: { created: {} } }], 'query'],
  ['read', [{ type, query: { created: { $size: 1 } } }], 'query'],
  ['read', [{ type, query: { id: 'nonsense' } }], words.found],
  ['read', [{ type, query: { id: 'a'.repeat(24) } }], words.found],
  ['read', [{ type, sorting: [] }], words.parameters],
  ['read', [{ type, sorting: { limit: -1 } }], 'query'],
  ['read', [{ type, sorting: { limit: 1e99 } }], 'query'],
  ['read', [{ type, sorting: { skip: 'x' } }], 'query'],
  ['read', [{ type, sorting: { hint: 'x' } }], 'query'],
  ['read', [{ type, sorting: { sort: [['title', 7]] } }], 'query'],
  ['read', [{ type, sorting: { sort: [[{ $gt: 1 }, 1]] } }], 'query'],
  ['read', [{ type, fields: 7 }], 'query'],
  ['read', [{ type, fields: ['$where'] }], 'query'],
  ['update', [{ title: 'x' }, { type }], words.parameters],
  ['update', [{ _id: { $ne: null }, title: 'x' }, { type }], words.parameters],
  ['update', [{ _id: ['a'], title: 'x' }, { type }], words.parameters],
  ['update', [{ _id: 'nonsense', title: 'x' }, { type }], words.found],
  ['update', [{ _id: 'a'.repeat(24), title: 'x' }, { type }], words.found],
  ['delete', [{}, { type }], words.parameters],
  ['delete', [{ _id: { $gt: '' } }, { type }], words.parameters],
  ['delete', [{ _id: 'a'.repeat(24) }, { type }], words.found],
  ['publish', [{}, { url }], words.missing],
  ['publish', [{ a: 1 }, {}], words.missing],
  ['publish', [{ prototype: 1 }, { url }], words.parameters],
  ['publish', [null, { url }], words.missing],
  ['publish', [{ a: 1 }, { url }], 'denied'],
  ['publish', [{ a: 1 }, { url: 'forbidden' }], 'denied'],
  ['publish', [{ _id: 'a'.repeat(24) }, { url, type }], words.found],
  ['publish', [{ a: 1 }, { url, method: 'constructor' }], words.parameters],
]

for (const [way, serve] of Object.entries(ways)) {
  describe(`what is wrong with calls over ${way}`, () => {
    let connection: Connection
    let model: Model<Todo>
    let channels: Pubsub
    let served: Served
    let a: OldClient
    const reported: unknown[] = []
    const onError = (error: unknown): unknown => reported.push(error)

    before(async () => {
      connection = await openEmbedded()
      model = todoModel(connection)
      connection.model('secrets', model.schema.clone())
      channels = pubsub({ whitelist: [url], onError, limits: { subscriptions: 3 } })
      const limits = { frameBytes: 10_000, callsInFlight: 20 }
      served = await serve(compose(channels, crud({ database: connection, whitelist: [type], onError, limits })), onError)
      a = await served.connect()
    })
    after(async () => {
      await a.close()
      await served.close()
      await connection.close()
    })
    afterEach(async () => {
      assert.equal(await model.countDocuments(), 0)
      assert.deepEqual(reported, [])
    })
    const lives = async (): Promise<void> => assert.deepEqual(await a.call('read', { type }), [])

    for (const [method, args, told] of table) {
      it(`${method} ${JSON.stringify(args).slice(0, 60)}: ${told}`, async () => {
        await assert.rejects(a.call(method, ...args), (error: any) => told === (typeof error === 'string' ? error : error.code))
      })
    }

    it('subscribe tells its callback', async () => {
      for (const channel of [undefined, null, 7, '', {}, { $ne: 1 }])
        await assert.rejects(a.ask('subscribe', channel), (error) => error === words.missing)
      await assert.rejects(a.ask('subscribe', 'forbidden'), { code: 'denied' })
      await assert.rejects(a.ask('subscribe', `${url}/${'x'.repeat(2_000)}`), { code: 'limit' })
      for (const id of [1, 2, 3]) await a.ask('subscribe', `${url}/${String(id)}`)
      await assert.rejects(a.ask('subscribe', url), { code: 'limit' })
      for (const id of [1, 2, 3]) await a.ask('unsubscribe', `${url}/${String(id)}`)
      assert.equal(channels.channels, 0)
    })

    it('too many calls at once are refused, the others answered', async () => {
      const calls = await Promise.allSettled(Array.from({ length: 50 }, () => a.call('read', { type })))
      assert.ok(calls.filter(({ status }) => status === 'fulfilled').length >= 20)
      for (const call of calls) if (call.status === 'rejected') assert.equal(call.reason.code, 'limit')
    })

    it('missing arguments in every position, and callbacks that are none or throw, harm nobody', async () => {
      const things: unknown[] = [undefined, null, 7, 'x', [], {}, { type }, { type, error: 7 }, { type, error: { $gt: 1 } }, noop]
      for (const method of ['create', 'read', 'update', 'delete', 'subscribe', 'unsubscribe', 'publish']) {
        a.remote[method]!()
        for (const first of things) {
          a.remote[method]!(first)
          await lives()
          for (const second of things) if (method !== 'create' || first !== things[6]) a.remote[method]!(first, second)
        }
      }
      await lives()
    })

    it('subscribe tells its callback of a key that could reach a prototype', () =>
      assert.rejects(a.ask('subscribe', { constructor: 1 }), (error) => error === words.parameters))

    it('functions inside of data are dropped', async () => {
      const created = await a.call('create', { title: 'x', owner: noop, deep: [noop] }, { type, parse: noop, deep: { more: noop } })
      assert.equal(created.owner, undefined)
      await a.call('delete', { _id: created._id }, { type })
    })

    it('who vanishes in the middle of a call leaves nothing', async () => {
      const b = await served.connect()
      b.remote['subscribe']!(url, noop)
      b.remote['read']!({ type }, noop)
      b.cut()
      await b.ended
      await lives()
      while (channels.channels > 0) await new Promise((resolve) => setImmediate(resolve))
    })

    it('a frame that no dnode sends ends its connection, and no other', async () => {
      const frames = [
        'null',
        '7',
        '{"method":"read"}',
        '{"method":"read","arguments":[],"callbacks":{"7":["0","constructor","prototype","x"]}}',
        '{"method":"read","arguments":[{}],"callbacks":{"x":["0"]}}',
        '{"method":"read","arguments":[{},{}],"links":[{"from":["0"],"to":["1"]}]}',
        '{"method":"read","arguments":[{"__proto__":{"polluted":1}}]}',
        '{"method":"read","arguments":[{"constructor":1,"a":{"__proto__":{"polluted":1}}}]}',
        '{"method":"methods","arguments":[{"constructor":"[Function]"}],"callbacks":{"0":["0","constructor"]}}',
        `{"method":"read","arguments":[{"constructor":1,"a":${'['.repeat(100)}${']'.repeat(100)}}]}`,
        `{"method":"read","arguments":[${'['.repeat(100)}${']'.repeat(100)}]}`,
      ]
      for (const frame of frames) {
        const b = await served.connect()
        b.dnode.emit('data', `${frame}\n`)
        await b.ended
      }
      assert.equal(({} as { polluted?: unknown }).polluted, undefined)
      assert.equal(Reflect.get(String.prototype, 'x'), undefined)
      await lives()
    })

    it('whatever JSON comes as arguments, it is answered or refused', async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom('create', 'read', 'update', 'delete', 'publish'), fc.jsonValue(), fc.jsonValue(), async (method, data, opt) => {
          a.remote[method]!(data, opt)
          await lives()
        }), // prettier-ignore
        { numRuns: 50 },
      )
    })
  })
}

describe('a caller in the same process', () => {
  it('may hand over what throws when it is looked at, and a callback that throws', async () => {
    const connection = await openEmbedded()
    todoModel(connection)
    const reported: unknown[] = []
    const onError = (error: unknown): unknown => reported.push(error)
    const wire = Object.assign(new EventEmitter(), { end: noop, handle: noop })
    const methods = compose(pubsub({ onError }), crud({ database: connection, onError }))({}, wire as never)
    const boom = (): never => {
      throw new Error('boom')
    }
    const traps = { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom }
    const throwing = [new Proxy({}, traps), { toJSON: boom }, Object.defineProperty({ type }, 'error', { get: boom, enumerable: true })]
    for (const method of Object.values(methods)) for (const first of throwing) for (const second of throwing) method(first, second, boom)
    await new Promise((answered) => methods['read']!({ type }, answered))
    assert.ok(reported.length > 0)
    await connection.close()
  })
})

describe('serveDnode', () => {
  it('holds to its limits of lines and bytes', async () => {
    const listener = await serveDnode(compose(pubsub()), { tcp: { port: 0, host: '127.0.0.1' }, limits: { frameBytes: 1_000 } })
    for (const bytes of ['x'.repeat(5_000), 'no json\n', Buffer.from([0xff, 0xfe, 0x0a])]) {
      const socket = connect(listener.tcpPort!, '127.0.0.1').resume()
      socket.on('error', noop)
      socket.write(bytes)
      await once(socket, 'close')
    }
    assert.equal(listener.connections, 0)
    await listener.close()
  })

  it('says clearly which Redis clients it takes', () => {
    assert.throws(() => pubsub({ publish: { publish: noop, subscribe: noop, unsubscribe: noop, on: noop, off: noop } }), /two clients/)
  })
})
