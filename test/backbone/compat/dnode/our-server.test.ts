import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type Backbone from 'backbone'
import type { Connection } from 'mongoose'
import { Schema } from 'mongoose'
import { firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'
import { type ClientConnection, type ConnectOptions, DnodeClient } from '../../../../src/backbone/compat/dnode/index.js'
import { DeniedError } from '../../../../src/errors.js'
import { compose, crud, type DnodeListener, pubsub, serveDnode } from '../../../../src/server/index.js'
import { openEmbedded } from '../../../server/embedded-connection.js'
import { heard } from './plain-server.js'

describe('compat-dnode with the middleware of rachis/server', () => {
  let db: Connection
  let listener: DnodeListener
  let clients: ClientConnection[]
  before(async () => {
    db = await openEmbedded()
    db.model('foo', new Schema({ bar: { type: String, required: true }, rank: Number }))
    const authenticate = (credentials: unknown) => {
      if (credentials === 'wrong') throw new DeniedError('not you')
      return { user: credentials, name: 'somebody' }
    }
    listener = await serveDnode(compose(pubsub({ authenticate }), crud({ database: db, authenticate })), { port: 0, tcp: { port: 0 } })
  })
  after(async () => {
    await listener.close()
    await db.close()
  })
  beforeEach(async () => {
    clients = []
    await db.model('foo').deleteMany({})
  })
  afterEach(() => {
    for (const connection of clients) connection.close()
  })

  function connect(client: DnodeClient, url: string, more: Partial<ConnectOptions> = {}): ClientConnection {
    const connection = client.connect({ url, backoff: { base: 5, max: 5 }, ...more })
    clients.push(connection)
    return connection
  }

  async function online(over: 'ws' | 'tcp', more: Partial<ConnectOptions> = {}) {
    const client = new DnodeClient()
    const connection = connect(client, over === 'ws' ? `ws://127.0.0.1:${listener.port}` : `tcp://127.0.0.1:${listener.tcpPort}`, more)
    await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'online')))
    const foos: any = new (client.Collection.extend({ type: 'foo', url: 'foos' }))()
    await new Promise((resolve) => foos.subscribe({}, resolve))
    return { client, connection, foos }
  }

  for (const over of ['ws', 'tcp'] as const) {
    it(`creates, reads, updates and deletes, and others hear of it (${over})`, async () => {
      const [one, other] = [await online(over), await online(over)]
      const mine = one.foos.create({ bar: 'x', rank: 2 })
      const [theirs] = await heard(other.foos, 'add')
      assert.match(theirs.id, /^[0-9a-f]{24}$/)
      await mine.save({ bar: 'y' })
      await heard(one.foos.create({ bar: 'z', rank: 1 }), 'sync')
      const fetched = heard(other.foos, 'sync')
      other.foos.fetch({ query: { rank: { $gt: 0 } }, sorting: { sort: [['rank', 1]], limit: 5 }, reset: true })
      await fetched
      assert.deepEqual(other.foos.pluck('bar'), ['z', 'y'])
      const gone = heard(other.foos.get(mine.id), 'destroy')
      mine.destroy()
      await gone
      assert.deepEqual(one.foos.pluck('bar'), ['z'])
    })
  }

  it('counts who is online', async () => {
    const one = await online('tcp')
    const joined = heard(one.foos, 'subscribe')
    const other = await online('ws')
    assert.equal((await joined)[0], 2)
    const left = heard(one.foos, 'unsubscribe')
    other.connection.close()
    assert.equal((await left)[0], 1)
  })

  it('tells what is wrong: the old words, and errors of ours', async () => {
    const { client, foos } = await online('tcp')
    const refused = heard(foos, 'error')
    foos.create({ bar: '' })
    assert.equal((await refused)[1].code, 'validation')
    const stranger: any = new (client.Model.extend({ type: 'nothing', url: 'x' }))({ a: 1 })
    await assert.rejects(stranger.save(), { message: 'invalid model type' })
    const missing: any = new (client.Model.extend({ type: 'foo', url: 'foos' }))({ _id: '0123456789abcdef01234567', bar: 'x' })
    await assert.rejects(missing.save(), { message: 'model not found' })
  })

  it('says who it is, and is told if that is nobody', async () => {
    await online('ws', { credentials: () => Promise.resolve({ token: 'right' }) })
    const connection = connect(new DnodeClient(), `ws://127.0.0.1:${listener.port}`, { credentials: () => 'wrong' })
    const status = await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'denied')))
    assert.equal((status as { error: Error }).error.message, 'not you')
  })

  it('serves the classes of another copy of Backbone', async () => {
    const { client, foos } = await online('ws')
    const copy = copyOfBackbone()
    client.install(copy)
    copy.sync = client.sync as never
    const Model = copy.Model.extend({ type: 'foo', url: 'foos', idAttribute: '_id' })
    const theirs: any = new (copy.Collection.extend({ type: 'foo', url: 'foos', model: Model }))()
    await new Promise((resolve) => theirs.subscribe({}, resolve))
    const added = heard(foos, 'add')
    const created = theirs.create({ bar: 'x' })
    const [ours] = await added
    const changed = heard(created, 'change:bar')
    await ours.save({ bar: 'y' })
    await changed
    const gone = heard(theirs, 'remove')
    await ours.destroy()
    await gone
    const alone: any = new Model({ bar: 'z' })
    await alone.save()
    await new Promise((finished) => theirs.fetch({ finished }))
    assert.deepEqual(theirs.pluck('_id'), [alone.id])
  })
})

function copyOfBackbone(): typeof Backbone {
  const require = createRequire(import.meta.url)
  const path = require.resolve('backbone')
  const own = require.cache[path]
  Reflect.deleteProperty(require.cache, path)
  const copy = require('backbone') as typeof Backbone
  require.cache[path] = own
  return copy
}
