import assert from 'node:assert/strict'
import type Backbone from 'backbone'
import { firstValueFrom, type Observable } from 'rxjs'
import { filter } from 'rxjs/operators'
import { ArgumentError } from '../../../../src/errors.js'
import { type ClientConnection, DnodeClient } from '../../../../src/backbone/compat/dnode/index.js'
import { toFeed } from '../../../../src/backbone/to-feed.js'
import { applyEvent, type Key } from '../../../../src/streams/event.js'
import type { TransportStatus } from '../../../../src/streams/node.js'
import { checkLaws } from '../../../../src/streams/testing/check-laws.js'
import { record } from '../../recorder.js'
import { settled } from '../../stub-node.js'
import { heard, PlainServer } from './plain-server.js'

const backoff = { base: 20, max: 20, random: () => 0.5 }

function when(status$: Observable<TransportStatus>, state: TransportStatus['state']): Promise<TransportStatus> {
  return firstValueFrom(status$.pipe(filter((status) => status.state === state)))
}

describe('connectClient', () => {
  let server: PlainServer
  let connections: ClientConnection[]
  beforeEach(async () => {
    server = await PlainServer.start()
    connections = []
  })
  afterEach(async () => {
    for (const connection of connections) connection.close()
    await server.stop()
  })

  async function online(url = `tcp://127.0.0.1:${server.port}`) {
    const client = new DnodeClient()
    const connection = client.connect({ url, backoff })
    connections.push(connection)
    await when(connection.status$, 'online')
    const foos: any = new (client.Collection.extend({ type: 'foo', url: 'foos' }))()
    return { client, connection, foos }
  }

  const fetched = (foos: any, options: object = {}) => new Promise<any>((finished) => foos.fetch({ ...options, finished }))
  const subscribed = (subject: any) => new Promise<number>((resolve) => subject.subscribe({}, resolve))

  async function outage(connection: ClientConnection, meanwhile: () => void): Promise<void> {
    const offline = when(connection.status$, 'offline')
    server.cut()
    await offline
    meanwhile()
    await when(connection.status$, 'online')
  }

  for (const over of ['TCP', 'WebSocket'] as const) {
    it(`talks to plain dnode over ${over}`, async () => {
      const { foos } = await online(over === 'WebSocket' ? await server.webSocket() : undefined)
      assert.equal(await subscribed(foos), 1)
      const model = foos.create({ bar: 'ü😀' })
      await heard(model, 'sync')
      model.save({ bar: 2 })
      await heard(model, 'sync')
      server.write('created', { _id: 'theirs' })
      await heard(foos, 'add')
      model.destroy()
      await heard(model, 'sync')
      assert.deepEqual(foos.pluck('_id'), ['theirs'])
      assert.deepEqual([...server.docs.keys()], ['theirs'])
    })
  }

  it('takes calls as soon as it says that it is online', async () => {
    const client = new DnodeClient()
    const connection = client.connect({ url: `tcp://127.0.0.1:${server.port}`, backoff })
    connections.push(connection)
    const foos: any = new (client.Collection.extend({ type: 'foo', url: 'foos' }))()
    const told = new Promise((finished, error) => {
      connection.status$.subscribe(
        ({ state }) => state === 'online' && foos.fetch({ finished, error: (_: unknown, reason: Error) => error(reason) }),
      )
    })
    assert.equal(await told, foos)
  })

  it('brings collections up to date after an outage, by one difference', async () => {
    for (const _id of ['a', 'b', 'c']) server.docs.set(_id, { _id, bar: 1 })
    const { connection, foos } = await online()
    await subscribed(foos)
    await fetched(foos, { query: { bar: 1 } })
    const draft = foos.add({ title: 'not saved' })
    const log = record(foos)
    await outage(connection, () => {
      server.docs.delete('a')
      server.docs.set('b', { _id: 'b', bar: 1, more: true })
      server.docs.set('d', { _id: 'd', bar: 1 })
      server.docs.set('e', { _id: 'e', bar: 2 })
    })
    await heard(foos, 'update')
    assert.deepEqual(foos.pluck('_id'), ['b', 'c', undefined, 'd'])
    assert.equal(foos.at(2), draft)
    assert.deepEqual(
      log.heard.map(({ name, id }) => `${name} ${String(id)}`),
      ['subscribe undefined', 'change:more b', 'change b', 'remove a', 'add d', 'update undefined'],
    )
    assert.deepEqual(log.heard.at(-1)?.changes, { added: ['d'], removed: ['a'], merged: ['b'] })
    server.write('updated', { _id: 'c', bar: 5 })
    await heard(foos, 'change:bar')
  })

  it('an outage in which nothing happened changes nothing', async () => {
    server.docs.set('a', { _id: 'a', bar: { deep: [1] } })
    const { connection, foos } = await online()
    await subscribed(foos)
    await fetched(foos)
    const log = record(foos)
    await outage(connection, () => undefined)
    server.write('created', { _id: 'mark' })
    await heard(foos, 'add')
    assert.deepEqual(
      log.heard.map(({ name }) => name).filter((name) => !['subscribe', 'update'].includes(name)),
      ['add'],
    )
  })

  it('is in the order of the server afterwards', async () => {
    for (const _id of ['b', 'c']) server.docs.set(_id, { _id })
    const { connection, foos } = await online()
    await subscribed(foos)
    await fetched(foos)
    await outage(connection, () => {
      const docs = ['a', 'c', 'b'].map((_id) => [_id, { _id }] as const)
      server.docs.clear()
      for (const [_id, doc] of docs) server.docs.set(_id, doc)
    })
    await heard(foos, 'sort')
    assert.deepEqual(foos.pluck('_id'), ['a', 'c', 'b'])
  })

  it('reads again every page that a collection was fetched by', async () => {
    for (const [index, bar] of [1, 2, 3].entries()) server.docs.set(`d${index}`, { _id: `d${index}`, bar })
    const { connection, foos } = await online()
    await subscribed(foos)
    await fetched(foos, { query: { bar: 1 } })
    await fetched(foos, { query: { bar: 2 }, add: true })
    await outage(connection, () => server.docs.set('new', { _id: 'new', bar: 2 }))
    await heard(foos, 'update')
    assert.deepEqual(foos.pluck('_id'), ['d0', 'd1', 'new'])
  })

  it('brings single models up to date, and tells that one is gone', async () => {
    server.docs.set('a', { _id: 'a', bar: 1 })
    server.docs.set('b', { _id: 'b', bar: 1 })
    const { client, connection } = await online()
    const Foo = client.Model.extend({ type: 'foo', url: 'foos' })
    const [a, b]: any[] = [new Foo({ _id: 'a', bar: 1 }), new Foo({ _id: 'b', bar: 1 })]
    await Promise.all([subscribed(a), subscribed(b)])
    const events = Promise.all([heard(a, 'change:bar'), heard(b, 'destroy')])
    await outage(connection, () => {
      server.docs.delete('b')
      server.docs.set('a', { _id: 'a', bar: 2 })
    })
    await events
    assert.equal(server.peers.size, 1)
  })

  it('what happens while the list is read again is not lost', async () => {
    server.docs.set('a', { _id: 'a', bar: 1 })
    server.docs.set('b', { _id: 'b', bar: 1 })
    const { connection, foos } = await online()
    await subscribed(foos)
    await fetched(foos)
    const log = record(foos)
    const back = heard(foos, 'subscribe')
    await outage(connection, () => undefined)
    await back
    // The read of the new connection stands; its answer is from before what follows.
    await new Promise<void>((resolve) => {
      const peek = (): void => (server.callsOf('read').length > 1 ? resolve() : void setImmediate(peek))
      peek()
    })
    server.write('created', { _id: 'c' })
    server.write('deleted', { _id: 'a' })
    server.write('updated', { _id: 'b', bar: 2 })
    await heard(foos, 'change:bar')
    assert.deepEqual(foos.pluck('_id').sort(), ['b', 'c'])
    assert.equal(log.heard.filter(({ name }) => name === 'add').length, 1)
  })

  it('fails what is called meanwhile, and what was under way', async () => {
    const { connection, foos } = await online()
    server.paused = []
    const lost = foos.fetch()
    const offline = when(connection.status$, 'offline')
    server.cut()
    await assert.rejects(lost, { code: 'connection', outcomeUnknown: true })
    await offline
    await assert.rejects(foos.fetch(), { message: 'no connection' })
  })

  it('goes on trying until there is a server', async () => {
    const { port } = server
    await server.stop()
    const client = new DnodeClient()
    const connection = client.connect({ url: `tcp://127.0.0.1:${port}`, backoff })
    connections.push(connection)
    const status = await when(connection.status$, 'offline')
    assert.match((status as { reason: string }).reason, /ECONNREFUSED/)
    server = await PlainServer.start(port)
    await when(connection.status$, 'online')
  })

  it('leaves nothing behind when it is closed', async () => {
    const { client, connection, foos } = await online()
    await subscribed(foos)
    const states: string[] = []
    connection.status$.subscribe({ next: ({ state }) => states.push(state), complete: () => states.push('complete') })
    connection.close()
    connection.close()
    assert.deepEqual(states, ['online', 'closed', 'complete'])
    assert.equal(client.channels, 0)
    await assert.rejects(foos.fetch(), { message: 'no connection' })
  })

  it('refuses a URL it can do nothing with', () => {
    for (const url of ['', 'http://x', 'tcp://x']) assert.throws(() => new DnodeClient().connect({ url }), ArgumentError)
  })

  it('a collection of it is a lawful feed, live and over an outage', async () => {
    for (const _id of ['a', 'b']) server.docs.set(_id, { _id, bar: 1 })
    const { connection, foos } = await online()
    await subscribed(foos)
    const state = new Map<Key, object>()
    const subscription = toFeed(foos as Backbone.Collection)
      .pipe(checkLaws())
      .subscribe((event) => {
        if (event.type === 'reset') state.clear()
        else if (event.type !== 'commit') applyEvent(state, event)
      })
    const check = async (): Promise<void> => {
      await settled()
      assert.deepEqual([...state].sort(), foos.map((model: any) => [String(model.id), model.attributes]).sort())
    }
    await fetched(foos)
    await check()
    foos.create({ bar: 2 })
    await heard(foos, 'sync')
    await check()
    server.write('updated', { _id: 'a', bar: 3 })
    server.write('deleted', { _id: 'b' })
    await heard(foos, 'remove')
    await check()
    await outage(connection, () => {
      server.docs.delete('a')
      server.docs.set('z', { _id: 'z' })
    })
    await heard(foos, 'update')
    await check()
    assert.deepEqual([...state.keys()].sort(), ['id1', 'z'])
    subscription.unsubscribe()
  })
})
