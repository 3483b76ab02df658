import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { config, firstValueFrom } from 'rxjs'
import { filter } from 'rxjs/operators'
import { DnodeClient } from '../../../../src/backbone/compat/dnode/index.js'
import { contentOf } from '../../recorder.js'
import { dnodeTo, heard, PlainServer } from './plain-server.js'

const at = { url: 'foos', type: 'foo' }
const deep = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => ({ inner }), 1)

/** What no server should send; each argument list with a method. */
const nonsense: [string, ...unknown[]][] = [
  ['created'],
  ['created', null, null],
  ['created', { _id: 'x' }],
  ['created', { _id: 'x' }, {}],
  ['created', { _id: 'x' }, { url: 7 }],
  ['created', { _id: 'x' }, { url: 'elsewhere' }],
  ['created', { _id: 'x' }, { url: '__proto__' }],
  ['created', { bar: 'no id' }, at],
  ['created', 'text', at],
  ['created', [null, 7, [], 'x', {}], at],
  ['created', { _id: { $gt: '' } }, at],
  ['created', { _id: null }, at],
  ['created', { _id: 'constructor' }, at],
  ['created', { _id: '__proto__' }, at],
  ['created', { _id: 'hasOwnProperty' }, at],
  ['created', { _id: 'undefined' }, at],
  ['created', { _id: 'deep', deep: deep(500) }, at],
  ['updated', { _id: 'unknown', bar: 1 }, at],
  ['updated', 7, at],
  ['updated', { _id: 'a', bar: deep(500) }, at],
  ['deleted', { _id: 'unknown' }, at],
  ['deleted', 'a', at],
  ['deleted', undefined, at],
  ['read', null, at],
  ['subscribed'],
  ['subscribed', 'foos', 'many'],
  ['subscribed', 'foos', -1],
  ['subscribed', { url: 'foos' }, 1],
  ['unsubscribed', 'elsewhere', 1],
  ['missed'],
  ['missed', { url: 'foos' }],
  ['missed', 'elsewhere'],
  ['missed', '__proto__'],
  ['nothing', 1],
]

describe('compat-dnode and a server that means no good', () => {
  let server: PlainServer
  let connections: { end?(): void; close?(): void }[]
  beforeEach(async () => {
    server = await PlainServer.start()
    connections = []
  })
  afterEach(async () => {
    for (const connection of connections) (connection.close ?? connection.end)?.call(connection)
    await server.stop()
  })

  async function app(kind: 'plain' | 'ours') {
    const client = new DnodeClient()
    if (kind === 'ours') {
      const connection = client.connect({ url: `tcp://127.0.0.1:${server.port}`, backoff: { base: 1, max: 1 } })
      connections.push(connection)
      await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'online')))
    } else {
      const d = dnodeTo(server.port, client.middleware({ pubsub: true }))
      connections.push(d)
      await heard(d, 'remote')
    }
    const foos: any = new (client.Collection.extend({ ...at }))()
    await new Promise((resolve) => foos.subscribe(resolve))
    foos.add({ _id: 'a', bar: 1 })
    return { client, foos }
  }

  /** Everything sent before has arrived. */
  async function arrived(foos: any): Promise<void> {
    const marked = new Promise<void>((resolve) => foos.on('add', ({ id }: any) => id === 'mark' && resolve()))
    server.tell('created', { _id: 'mark' }, at)
    await marked
    foos.remove('mark')
  }

  for (const kind of ['plain', 'ours'] as const) {
    it(`takes no nonsense for an event (${kind})`, async () => {
      const { foos } = await app(kind)
      for (const [method, ...args] of nonsense) server.tell(method, ...args)
      await arrived(foos)
      assert.deepEqual(contentOf(foos), [{ _id: 'a', bar: 1 }])
      assert.equal(({} as any).x, undefined)
    })

    it(`lets nothing reach a prototype or another model (${kind})`, async () => {
      const { foos } = await app(kind)
      const [model] = foos.models
      server.tell('updated', JSON.parse('{"_id":"a","__proto__":{"polluted":1},"nested":{"constructor":{"x":1},"ok":1}}'), at)
      server.tell('created', { _id: model.cid, bar: 'taken' }, at)
      server.tell('created', { _id: 'b', cid: model.cid }, at)
      await arrived(foos)
      assert.equal(({} as any).polluted ?? model.attributes.polluted, undefined)
      assert.deepEqual(contentOf(foos), [
        { _id: 'a', bar: 1, nested: { ok: 1 } },
        { _id: 'b', cid: model.cid },
      ])
    })

    it(`an answer that makes no sense is an error, and sets nothing (${kind})`, async () => {
      const { foos } = await app(kind)
      const answers = [undefined, null, 7, 'bar', [], {}, { _id: 'other' }, { _id: '__proto__' }, true]
      for (const answer of answers) {
        const peer = [...server.peers][0]!
        peer.connection.proto.instance.update = (_data: unknown, _opt: unknown, fn: (answer: unknown) => void) => fn(answer)
        peer.connection.proto.instance.read = (_opt: unknown, fn: (answer: unknown) => void) => fn(answer)
        const writes = foos.at(0).save({ bar: 1 })
        if (answer === undefined || answer === null || typeof answer !== 'object' || Array.isArray(answer) || '_id' in answer)
          await assert.rejects(writes, { code: 'protocol' })
        if (!Array.isArray(answer)) await assert.rejects(foos.fetch(), { code: 'protocol' })
        assert.deepEqual(contentOf(foos), [{ _id: 'a', bar: 1 }])
      }
    })

    it(`an answer that comes twice, or as a result and an error, counts once (${kind})`, async () => {
      const { foos } = await app(kind)
      const peer = [...server.peers][0]!
      peer.connection.proto.instance.read = (opt: any, fn: (answer: unknown) => void) => {
        fn([{ _id: 'one' }])
        fn([{ _id: 'two' }])
        opt.error('late')
      }
      let calls = 0
      await foos.fetch({ success: () => calls++, error: () => calls++ })
      await arrived(foos)
      assert.equal(calls, 1)
      assert.deepEqual(foos.pluck('_id'), ['one'])
    })
  }

  it('reports what callbacks and listeners throw, and goes on', async () => {
    const { client, foos } = await app('plain')
    const reported: string[] = []
    config.onUnhandledError = ({ message }: Error) => reported.push(message)
    const fail = (message: string) => () => {
      throw new Error(message)
    }
    try {
      foos.once('add', fail('add'))
      server.tell('created', { _id: 'b' }, at)
      foos.once('change', fail('change'))
      server.tell('updated', { _id: 'a', bar: 2 }, at)
      await arrived(foos)
      assert.deepEqual(contentOf(foos), [{ _id: 'a', bar: 2 }, { _id: 'b' }])
      await foos.fetch({ success: fail('success'), finished: fail('finished') })
      await client.sync('nothing', foos, { error: fail('error') }).catch(() => undefined)
      await new Promise((resolve) => foos.unsubscribe(() => (resolve(0), fail('unsubscribe')())))
      await new Promise((resolve) => setTimeout(resolve))
    } finally {
      config.onUnhandledError = null
    }
    assert.deepEqual(reported, ['add', 'change', 'success', 'finished', 'error', 'unsubscribe'])
  })

  it('takes missing and wrong arguments of its own methods', async () => {
    const { client, foos } = await app('plain')
    const outcome = (result: unknown) =>
      (result as Promise<unknown>).then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      )
    const sync = client.sync as any
    const model: any = new (client.Model.extend({ ...at }))({ _id: 'none' })
    assert.deepEqual(
      await Promise.all(
        [sync(), sync('read'), sync('nothing', model), sync('create', foos), sync('read', foos, null), sync('read', foos, 7)].map(outcome),
      ),
      ['argument', 'argument', 'argument', 'argument', 'done', 'done'],
    )
    assert.equal(await outcome(sync('update', model, { error: 'no function', success: 7, finished: {} })), 'remote')
    for (const args of [[], [null], [undefined, 7], [7, 'x'], [{ url: 7, error: 1 }], ['x']]) {
      assert.equal(foos.subscribe(...args), foos)
      assert.equal(model.unsubscribe(...args), model)
    }
    for (const [remote, connection] of [[], [null, null], [{}, {}], [7, 'x'], [{}, { on: 7 }]]) client.middleware()(remote, connection)
    client.middleware({})(undefined, { on: () => undefined })
  })

  it('what it sends is JSON, whatever the options hold', async () => {
    const { foos } = await app('plain')
    await foos.fetch({ context: foos, owner: foos, when: new Date(0), list: [() => 1], deep: { f: () => 1, ok: 1 }, success() {} })
    const { error: _, ...opt } = server.callsOf('read')[0]![0]
    assert.deepEqual(opt, { parse: true, when: '1970-01-01T00:00:00.000Z', list: [null], deep: { ok: 1 }, ...at })
    await assert.rejects(foos.fetch({ query: deep(500) }), { code: 'limit' })
  })

  describe('frames', () => {
    let raw: Server
    let sockets: Socket[]
    let greeted: string[]
    beforeEach(async () => {
      sockets = []
      greeted = []
      raw = createServer((socket) => {
        sockets.push(socket)
        socket.on('error', () => undefined)
        socket.write(
          '{"method":"methods","arguments":[{"read":"[Function]","subscribe":"[Function]"}],"callbacks":{"0":["0","read"],"1":["0","subscribe"]},"links":[]}\n',
        )
        socket.on('data', (data) => greeted.push(String(data)))
      }).listen(0, '127.0.0.1')
      await new Promise((resolve) => raw.once('listening', resolve))
    })
    afterEach(() => {
      for (const socket of sockets) socket.destroy()
      raw.close()
    })

    const frames: string[] = [
      ...[
        'null',
        '7',
        '[]',
        '{}',
        '{"method":1}',
        '{"method":"created"}',
        '{"method":{},"arguments":[]}',
        '{"method":-1,"arguments":[]}',
        'no json',
        '{"method":"cull"}',
      ],
      '{"method":"created","arguments":["x"],"callbacks":{"7":["0","constructor","prototype","polluted"]}}',
      '{"method":"created","arguments":[{}],"callbacks":{"x":["0"]}}',
      '{"method":"created","arguments":[{"a":1}],"links":[{"from":[],"to":["0","a"]},{"from":["0"],"to":["0","a"]}]}',
      '{"method":"other","arguments":["x"],"callbacks":{"7":["0","constructor","prototype","polluted"]}}',
      '{"method":"other","arguments":[{}],"links":[{"from":["0"],"to":["0","__proto__","polluted"]},null]}',
      '{"method":"cull","arguments":[0,1,"x",null,1073741824]}',
      '{"method":1073741824,"arguments":[]}',
      '{"method":"methods","arguments":[null]}',
      '{"method":"toString","arguments":[]}',
      '{"method":"__proto__","arguments":[]}',
      '{"method":999,"arguments":[]}',
    ]
    it('a connection of dnode is kept from what would throw there', async () => {
      const d = dnodeTo((raw.address() as AddressInfo).port, new DnodeClient().middleware({ pubsub: true }))
      await heard(d, 'remote')
      for (const frame of frames) {
        const row = JSON.parse(frame.startsWith('{') || frame === 'null' ? frame : '7')
        assert.doesNotThrow(() => d.handle(row), frame)
      }
      assert.equal(('' as any).polluted ?? ({} as any).polluted, undefined)
      d.end()
    })

    for (const frame of frames) {
      it(`a connection of ours outlives or replaces: ${frame}`, async () => {
        const connection = new DnodeClient().connect({
          url: `tcp://127.0.0.1:${(raw.address() as AddressInfo).port}`,
          backoff: { base: 1, max: 1 },
        })
        await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'online')))
        const over = new Promise<void>((resolve) => connection.status$.subscribe(({ state }) => state === 'offline' && resolve()))
        sockets[0]!.write(`${frame}\n`)
        // What is only ignored leaves the connection standing for the next, which ends it.
        sockets[0]!.write('end\n')
        await over
        await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'online')))
        assert.equal(('' as any).polluted ?? ({} as any).polluted, undefined)
        connection.close()
      })
    }

    it('a line that is too long ends the connection', async () => {
      const connection = new DnodeClient().connect({
        url: `tcp://127.0.0.1:${(raw.address() as AddressInfo).port}`,
        frameBytes: 2000,
        backoff: { base: 1, max: 1 },
      })
      await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'online')))
      const over = firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'offline')))
      sockets[0]!.write('x'.repeat(5000))
      assert.match(((await over) as { reason: string }).reason, /longer than 2000 bytes/)
      connection.close()
    })

    it('a server that never greets is left', async () => {
      const held: Socket[] = []
      const silent = createServer((socket) => held.push(socket)).listen(0, '127.0.0.1')
      await new Promise((resolve) => silent.once('listening', resolve))
      const connection = new DnodeClient().connect({ url: `tcp://127.0.0.1:${(silent.address() as AddressInfo).port}`, timeout: 20 })
      const status = await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'offline')))
      assert.match((status as { reason: string }).reason, /didn't greet within 20 ms/)
      connection.close()
      silent.close()
      for (const socket of held) socket.destroy()
    })
  })

  it('no event, whatever it holds, throws or leaves models that cannot be found', async () => {
    const client = new DnodeClient()
    const listeners: Record<string, () => void> = {}
    const remote = { subscribe: (_: string, fn: (count: number) => void) => fn(1) }
    const methods: any = client.middleware({ pubsub: true })(remote, {
      on: (name: string, listener: () => void) => (listeners[name] = listener),
    })
    listeners['remote']!()
    const key = fc.constantFrom('_id', 'cid', 'id', '__proto__', 'constructor', 'bar', 'toString', 'length')
    const id = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'c1', 'c2', 'undefined', '', 7, null, true, [], {})
    const document = fc.oneof(fc.dictionary(key, fc.oneof(id, fc.jsonValue())), fc.jsonValue())
    const name = fc.constantFrom('created', 'updated', 'deleted', 'read', 'subscribed', 'unsubscribed', 'missed')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.oneof(document, fc.array(document)), fc.oneof(fc.constant(at), fc.anything())), { maxLength: 20 }),
        (events) => {
          const foos: any = new (client.Collection.extend({ ...at, comparator: 'bar' }))([{ _id: 'a' }, { title: 'new' }])
          foos.subscribe()
          for (const [method, first, second] of events) methods[method](first, second)
          foos.unsubscribe()
          for (const model of foos.models) assert.equal(foos.get(model.id ?? model.cid), model)
          assert.equal(new Set(foos.models).size, foos.length)
          assert.ok(foos.find((model: any) => model.get('title') === 'new'))
        },
      ),
    )
    assert.equal(client.channels, 0)
  })
})
