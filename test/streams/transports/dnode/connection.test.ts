import assert from 'node:assert/strict'
import { filter, firstValueFrom } from 'rxjs'
import { ArgumentError, ConnectionError, DeniedError, LimitError, ProtocolError } from '../../../../src/errors.js'
import type { TransportStatus } from '../../../../src/streams/node.js'
import { union } from '../../../../src/streams/operators/union.js'
import { connectDnode, type DnodeOptions, DnodeTransport } from '../../../../src/streams/transports/dnode/transport.js'
import { Recorder } from '../../../../src/streams/testing/contract/recorder.js'
import { type Calls, greeting, startPlainServer } from './plain-server.js'

interface Item {
  n: number
}

describe('the client of dnode', () => {
  let server: Awaited<ReturnType<typeof startPlainServer>>
  let transport: DnodeTransport

  const start = async (calls: Calls = {}, options: Partial<DnodeOptions> = {}): Promise<DnodeTransport> => {
    server = await startPlainServer(calls)
    return (transport = new DnodeTransport({ url: server.url, backoff: { base: 1 }, ...options }))
  }
  const state = <S extends TransportStatus['state']>(name: S): Promise<TransportStatus & { readonly state: S }> =>
    firstValueFrom(transport.status$.pipe(filter((status): status is TransportStatus & { readonly state: S } => status.state === name)))

  afterEach(async () => {
    await transport.close()
    await server.stop()
  })

  const snapshot: Calls = {
    subscribe({ sid }, answer, session) {
      answer(null, {})
      session.line('snap', sid, 1, 'h', 'reset', [['a', { n: 1 }]])
      session.line('mark', { r: 'a1' })
    },
  }

  it('greets, with credentials that are asked for each connection', async () => {
    let asked = 0
    await start({}, { credentials: () => Promise.resolve({ token: ++asked }) })
    await state('online')
    server.sessions[0]!.socket.destroy()
    await state('offline')
    await state('online')
    assert.deepEqual(
      server.called('hello'),
      [1, 2].map((token) => ({ protocol: 1, client: 'rachis', credentials: { token } })),
    )
  })

  it('renews the credentials before they expire', async () => {
    let asked = 0
    const renewed = new Promise((resolve) => {
      void start(
        {
          hello: (_, answer) => answer(null, { ...greeting, expires: Date.now() + 10 }),
          renew: (args, answer) => {
            answer(null, {})
            resolve(args)
          },
        },
        { credentials: () => ++asked },
      )
    })
    assert.deepEqual(await renewed, { credentials: 2 })
  })

  it('gives up when it is denied, with feeds, reads and writes', async () => {
    await start({ hello: (_, answer) => answer({ code: 'denied', message: 'who are you?' }) })
    const node = transport.node<Item>('things')
    const write = assert.rejects(node.publish({ n: 1 }), DeniedError)
    const feed = new Recorder(node.feed())
    assert.match((await state('denied')).error.message, /who are you/)
    assert.ok((await feed.failure()) instanceof DeniedError)
    await write
    await assert.rejects(node.get('a'), DeniedError)
    await assert.rejects(node.publish({ n: 1 }), DeniedError)
    assert.ok((await new Recorder(node.feed()).failure()) instanceof DeniedError)
  })

  it('gives up when the server speaks another version', async () => {
    await start({ hello: (_, answer) => answer(null, { ...greeting, protocol: 2 }) })
    assert.ok((await state('denied')).error instanceof ProtocolError)
  })

  it('gives up when the credentials function says that there are none', async () => {
    await start({}, { credentials: () => Promise.reject(new DeniedError('logged out')) })
    assert.equal((await state('denied')).error.message, 'logged out')
    assert.deepEqual(server.heard, [])
  })

  it('tries again when the credentials function fails', async () => {
    let asked = 0
    await start({}, { credentials: () => (++asked < 3 ? Promise.reject(new Error('no network')) : 'token') })
    assert.match((await state('offline')).reason, /no network/)
    await state('online')
    assert.equal(asked, 3)
  })

  it('notices a dead server by its silence', async () => {
    await start({}, { keepalive: 20 })
    await state('online')
    assert.match((await state('offline')).reason, /nothing was heard/)
  })

  it('notices a server that never greets', async () => {
    await start({ hello: () => undefined }, { timeout: 20 })
    assert.match((await state('offline')).reason, /nothing was heard/)
  })

  it('answers pings', async () => {
    const answered = new Promise(
      (resolve) =>
        void start({ pong: resolve })
          .then(() => state('online'))
          .then(() => server.sessions[0]!.line('ping', {})),
    )
    await answered
  })

  it('shares one subscription among the subscribers of a query, and ends it with the last', async () => {
    const ended = new Promise((resolve) => void start({ ...snapshot, unsubscribe: resolve }))
    await new Promise(setImmediate)
    const feed = () => transport.node<Item>('things').feed({ filter: { n: 1 } })
    const first = await new Recorder(feed()).ready()
    const second = await new Recorder(feed()).ready()
    first.subscription.unsubscribe()
    second.subscription.unsubscribe()
    assert.deepEqual(await ended, { sid: 1 })
    assert.deepEqual(server.called('subscribe'), [{ sid: 1, channel: 'things', query: { filter: { n: 1 } } }])
  })

  it('applies a frame as one turn and what it knows already not at all', async () => {
    await start(snapshot)
    const feed = await new Recorder(transport.node<Item>('things').feed()).ready()
    feed.heard()
    const session = server.sessions[0]!
    session.line(
      'put',
      1,
      [
        ['a', { n: 1 }],
        ['b', { n: 2 }],
      ],
      ['nobody'],
    )
    session.line(
      'put',
      1,
      [
        ['b', { n: 3 }],
        ['c', { n: 4 }],
      ],
      [],
    )
    session.line('put', 1, [], ['c'])
    session.line('mark', { r: 'a2' })
    session.line('mark', { r: 'a3' })
    session.line('put', 1, [], ['a'])
    session.line('mark', { r: 'a4' })
    await feed.until((items) => !('a' in items))
    assert.deepEqual(feed.heard(), ['publish b', 'retract a'])
    assert.equal(feed.commits, 3)
    assert.deepEqual(feed.state, { b: { n: 3 } })
  })

  it('makes one turn of a frame for all its queries: who joins them sees one commit', async () => {
    await start({
      subscribe({ sid }, answer, session) {
        answer(null, {})
        session.line('snap', sid, sid, 'h', 'reset', [])
        session.line('mark', { r: `a${sid}` })
      },
    })
    const node = transport.node<Item>('things')
    const both = await new Recorder(union(node.feed({ filter: { n: 1 } }), node.feed({ filter: { n: 2 } }))).ready()
    const session = server.sessions[0]!
    session.line('put', 1, [['a', { n: 1 }]], [])
    session.line('put', 2, [['b', { n: 2 }]], [])
    session.line('mark', { r: 'a3' })
    await both.until((items) => 'b' in items)
    assert.deepEqual(both.heard(), ['reset', 'publish a', 'publish b'])
    assert.equal(both.commits, 2)
  })

  it('gives who subscribes in the middle of a frame the state and the commit of that frame', async () => {
    await start(snapshot)
    const node = transport.node<Item>('things')
    const early = await new Recorder(node.feed()).ready()
    let late: Recorder<Item> | undefined
    const watch = node.feed().subscribe((event) => {
      if (event.type === 'publish' && event.id === 'b') late = new Recorder(node.feed())
    })
    server.sessions[0]!.line(
      'put',
      1,
      [
        ['b', { n: 2 }],
        ['c', { n: 3 }],
      ],
      [],
    )
    server.sessions[0]!.line('mark', { r: 'a2' })
    await early.until((items) => 'c' in items)
    assert.deepEqual(late!.heard(), ['reset', 'publish a', 'publish b', 'publish c'])
    assert.equal(late!.commits, 1)
    watch.unsubscribe()
  })

  it('resumes from the last mark, and forgets half a frame', async () => {
    await start({
      subscribe({ sid, known }, answer, session) {
        answer(null, {})
        session.line('snap', sid, 1, 'h', known === undefined ? 'reset' : 'resume', known === undefined ? [['a', { n: 1 }]] : [])
        session.line('mark', { r: 'a1' })
        if (known !== undefined) {
          session.line('put', 1, [['c', { n: 3 }]], [])
          session.line('mark', { r: 'a3' })
          return
        }
        session.line('mark', { r: 'a2' })
        session.line('put', 1, [['b', { n: 2 }]], [])
        session.socket.end()
      },
    })
    const feed = await new Recorder(transport.node<Item>('things').feed()).until((items) => 'c' in items)
    assert.deepEqual(server.called('subscribe')[1], {
      sid: 1,
      channel: 'things',
      query: {},
      known: { cursor: { r: 'a2' }, queryHash: 'h' },
    })
    assert.deepEqual(feed.heard(), ['reset', 'publish a', 'publish c'])
  })

  it('repeats what was not answered, under the same id, in order', async () => {
    let connections = 0
    await start({
      hello(_, answer) {
        connections++
        answer(null, greeting)
      },
      publish({ item }, answer, session) {
        if (connections > 1) answer(null, { id: String(item.n), cursor: {} })
        else if (item.n === 2) session.socket.destroy()
      },
    })
    const node = transport.node<Item>('things')
    assert.deepEqual(await Promise.all([node.publish({ n: 1 }), node.publish({ n: 2 })]), ['1', '2'])
    const writes = server.called('publish')
    assert.deepEqual(
      writes.map(({ item }) => item.n),
      [1, 2, 1, 2],
    )
    assert.equal(writes[0].write, writes[2].write)
    assert.notEqual(writes[0].write, writes[1].write)
  })

  it('says at close which writes may have been carried out', async () => {
    const arrived = new Promise((resolve) => void start({ publish: resolve }))
    await new Promise(setImmediate)
    const sent = assert.rejects(
      transport.node<Item>('things').publish({ n: 1 }),
      (error) => error instanceof ConnectionError && error.outcomeUnknown,
    )
    await arrived
    await transport.close()
    await sent
  })

  it('rejects a read whose connection is lost', async () => {
    await start({ get: (_, _answer, session) => session.socket.destroy() })
    await assert.rejects(transport.node<Item>('things').get('a'), ConnectionError)
  })

  it('never has more calls in flight than the server accepts', async () => {
    let flying = 0
    let most = 0
    await start({
      get(_, answer) {
        most = Math.max(most, ++flying)
        setImmediate(() => {
          flying--
          answer(null, {})
        })
      },
    })
    await Promise.all(Array.from({ length: 50 }, () => transport.node<Item>('things').get('a')))
    assert.equal(most, greeting.limits.callsInFlight)
  })

  it('holds no more callbacks after a thousand calls than before', async () => {
    await start({ get: (_, answer) => answer(null, {}) })
    const node = transport.node<Item>('things')
    await node.get('a')
    await new Promise(setImmediate)
    const held = () => transport.callbacks
    const before = held()
    for (let round = 0; round < 1000; round++) await node.get('a')
    await new Promise(setImmediate)
    assert.ok(held() <= before + 1, `${held()} callbacks`)
  })

  it('refuses to send what the server would not accept', async () => {
    await start()
    await state('online')
    const node = transport.node<{ text: string }>('things')
    await assert.rejects(node.publish({ text: 'x'.repeat(10_001) }), (error) => error instanceof LimitError && error.limit === 'frameBytes')
    const deep = JSON.parse('{"text":'.repeat(40) + '1' + '}'.repeat(40)) as { text: string }
    await assert.rejects(node.publish(deep), (error) => error instanceof LimitError && error.limit === 'depth')
    assert.equal((await state('online')).state, 'online')
    assert.deepEqual(server.called('publish'), [])
  })

  it('bounds the writes that wait', async () => {
    await start({ publish: () => undefined }, { outbox: 2 })
    const node = transport.node<Item>('things')
    const waiting = [node.publish({ n: 1 }), node.publish({ n: 2 })].map((write) => assert.rejects(write, ConnectionError))
    await assert.rejects(node.publish({ n: 3 }), (error) => error instanceof LimitError && error.limit === 'outbox')
    await transport.close()
    await Promise.all(waiting)
  })

  const hostile: Record<string, string> = {
    'what is not JSON': '{{{\n',
    null: 'null\n',
    'an item that is none': '{"method":"put","arguments":[1,[["a",null]],[]]}\n',
    'a cursor that is none': '{"method":"mark","arguments":[7]}\n',
    'a call of a method that is not there': '{"method":"toString","arguments":[]}\n',
    'a call of no callback': '{"method":77,"arguments":[]}\n',
    'a callback that writes to a prototype': '{"method":"mark","arguments":["x"],"callbacks":{"7":["0","constructor","prototype","x"]}}\n',
    'a callback where none belongs': '{"method":"mark","arguments":[{}],"callbacks":{"7":["0"]}}\n',
    'a second greeting': '{"method":"methods","arguments":[{}]}\n',
    'a date that is none': '{"method":"put","arguments":[1,[["a",{"at":{"$date":"x"}}]],[]]}\n',
    'bytes without end': 'x'.repeat(2000),
  }
  for (const [name, text] of Object.entries(hostile)) {
    it(`survives ${name}: a new connection, and the same state`, async () => {
      await start(snapshot, { limits: { frameBytes: 1000 } })
      const feed = await new Recorder(transport.node<Item>('things').feed()).ready()
      server.sessions[0]!.raw(text)
      await state('offline')
      await state('online')
      assert.deepEqual(feed.state, { a: { n: 1 } })
      assert.equal(feed.error, undefined)
      assert.deepEqual(feed.heard(), ['reset', 'publish a'])
    })
  }

  it('reads a farewell', async () => {
    await start()
    await state('online')
    server.sessions[0]!.line('bye', { code: 'limit', message: 'too many of you' })
    assert.match((await state('offline')).reason, /too many of you/)
  })

  for (const url of ['http://localhost', 'localhost:80', 'tcp://localhost', '']) {
    it(`refuses the URL ${JSON.stringify(url)}`, async () => {
      await start()
      assert.throws(() => connectDnode({ url }), ArgumentError)
    })
  }
})
