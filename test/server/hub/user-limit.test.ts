import assert from 'node:assert/strict'
import { LimitError } from '../../../src/errors.js'
import type { Connection } from '../../../src/server/hub/connection.js'
import { Hub, type HubOptions } from '../../../src/server/hub/hub.js'
import { listenDnode } from '../../../src/server/dnode/listen.js'
import { Source } from '../../../src/streams/source.js'
import { connectDnode } from '../../../src/streams/transports/dnode/index.js'
import { Recorder } from '../../../src/streams/testing/contract/recorder.js'
import { FakeLink } from './fake-link.js'

interface Note {
  id: string
  n?: number
}

const limits = { queriesPerUser: 2 }

function openHub(options: HubOptions<unknown> = {}) {
  const hub = new Hub<unknown>({ limits, ...options })
  const source = new Source<Note>({ key: ({ id }) => id, initial: [{ id: 'a', n: 1 }] })
  hub.channel('notes', { source, rules: { read: () => true, fields: { readable: '*' }, filterable: ['n'] } })
  let sid = 0
  return {
    hub,
    client(user: unknown): Connection {
      const connection = hub.connect(new FakeLink())
      connection.identify({ user })
      return connection
    },
    /** Subscribes to the query number `n`; returns what unsubscribes. */
    subscribe(connection: Connection, n: number): () => void {
      const own = ++sid
      connection.subscribe(own, 'notes', { filter: { n } }, undefined)
      return () => connection.unsubscribe(own)
    },
  }
}

describe('the live queries of one user', () => {
  let hub: Hub | undefined
  const start = (options?: HubOptions<unknown>) => {
    const made = openHub(options)
    hub = made.hub
    return made
  }
  afterEach(() => hub?.close())

  for (const [what, first, again] of [
    ['a text', 'ann', 'ann'],
    ['an object with an id', { id: 7, name: 'Ann' }, { id: 7, name: 'Ann Other' }],
    ['an object with an _id', { _id: 'x' }, { _id: 'x' }],
  ] as const) {
    it(`are limited over all connections, when the user is ${what}`, () => {
      const { client, subscribe } = start()
      subscribe(client(first), 1)
      subscribe(client(again), 2)
      const third = client(again)
      assert.throws(
        () => subscribe(third, 3),
        (error) => error instanceof LimitError && error.limit === 'queriesPerUser' && error.allowed === 2,
      )
    })
  }

  it('count once, however many connections have them', () => {
    const { client, subscribe } = start()
    for (const connection of [client('ann'), client('ann'), client('ann')]) {
      subscribe(connection, 1)
      subscribe(connection, 2)
      subscribe(connection, 2)
    }
  })

  it('are free again when they are ended, or their connection is', () => {
    const { client, subscribe } = start()
    const [one, two] = [client('ann'), client('ann')]
    const end = subscribe(one, 1)
    subscribe(two, 2)
    end()
    subscribe(one, 3)
    two.end()
    subscribe(one, 4)
    assert.throws(() => subscribe(one, 5), LimitError)
  })

  it('take nothing from another user, nor from nobody', () => {
    const { client, subscribe } = start()
    const [ann, bob, nobody, nameless] = [client('ann'), client('bob'), client(undefined), client({ name: 'Ann' })]
    for (const n of [1, 2]) for (const connection of [ann, bob, nobody, nameless]) subscribe(connection, n)
    assert.throws(() => subscribe(ann, 3), LimitError)
    assert.throws(() => subscribe(bob, 3), LimitError)
    for (const n of [3, 4, 5]) for (const connection of [nobody, nameless]) subscribe(connection, n)
  })

  it('go with a connection that becomes another user', () => {
    const { client, subscribe } = start()
    const connection = client('ann')
    subscribe(connection, 1)
    subscribe(connection, 2)
    connection.identify({ user: 'bob' })
    subscribe(client('ann'), 3)
    const bob = client('bob')
    assert.throws(() => subscribe(bob, 3), LimitError)
  })

  it('are kept when rights change what they are', () => {
    let most = 5
    const { hub, client } = start()
    const source = new Source<Note>({ key: ({ id }) => id, initial: [{ id: 'a', n: 1 }] })
    hub.channel('own', { source, rules: { read: () => ({ n: { $lt: most } }), fields: { readable: '*' }, filterable: ['n'] } })
    const connection = client('ann')
    connection.subscribe(1, 'own', {}, undefined)
    connection.subscribe(2, 'own', { filter: { n: 1 } }, undefined)
    most = 9
    hub.recheck()
    assert.equal([...connection.queries()].length, 2)
    assert.throws(() => connection.subscribe(3, 'own', { filter: { n: 2 } }, undefined), LimitError)
  })

  it('are 500 unless the hub says otherwise', () => {
    const { client, subscribe } = start({ limits: { subscriptions: 1_000 } })
    const connection = client('ann')
    for (let n = 0; n < 500; n++) subscribe(connection, n)
    assert.throws(
      () => subscribe(connection, 500),
      (error) => error instanceof LimitError && error.allowed === 500,
    )
  })

  it('that are too many end a feed with LimitError, over the network too, and disturb no other', async () => {
    const { hub } = start({ authenticate: (token) => ({ user: token }) })
    const listener = await listenDnode(hub as Hub<never>, { tcp: { port: 0, host: '127.0.0.1' } })
    const transports = [1, 2].map(() =>
      connectDnode({ url: `tcp://127.0.0.1:${String(listener.tcpPort)}`, credentials: () => Promise.resolve('ann') }),
    )
    const feeds = [1, 2, 3].map((n) => new Recorder(transports[n % 2]!.node<Note>('notes').feed({ filter: { n } })))
    const ready: string[] = []
    const errors: unknown[] = []
    for (const feed of feeds) {
      await feed.ready().then(
        () => ready.push('ready'),
        (error: unknown) => errors.push(error),
      )
    }
    assert.deepEqual(ready, ['ready', 'ready'])
    assert.ok(errors.length === 1 && errors[0] instanceof LimitError && errors[0].limit === 'queriesPerUser', String(errors[0]))
    await Promise.all(transports.map((transport) => transport.close()))
    await listener.close()
  })
})
