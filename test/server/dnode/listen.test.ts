import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { WebSocket } from 'ws'
import { ArgumentError, DeniedError } from '../../../src/errors.js'
import { type DnodeListener, listenDnode, type ListenOptions } from '../../../src/server/dnode/listen.js'
import { Hub, type HubOptions } from '../../../src/server/hub/hub.js'
import { Source } from '../../../src/streams/source.js'
import { callLine, RawClient } from './raw-client.js'

const all = { read: () => true, create: () => true, fields: { readable: '*', writable: '*' } } as const

describe('listenDnode', () => {
  let hub: Hub<any>
  let listener: DnodeListener
  let reported: unknown[]
  let source: Source<{ id: string }>

  async function start(options: Partial<ListenOptions> = {}, hubOptions: HubOptions<any> = {}): Promise<void> {
    reported = []
    source = new Source({ key: ({ id }: { id: string }) => id, initial: [{ id: 'a' }] })
    hub = new Hub<any>({ onError: (error) => reported.push(error), ...hubOptions })
    hub.channel('notes', { source, rules: all })
    listener = await listenDnode(hub, { port: 0, host: '127.0.0.1', tcp: { port: 0, host: '127.0.0.1' }, ...options })
  }
  const client = (): Promise<RawClient> => RawClient.connect(listener.tcpPort!)
  afterEach(async () => {
    await listener?.close()
    await hub?.close()
  })

  it('greets, subscribes, and frees the callback of each answer', async () => {
    await start()
    const raw = await client()
    const [error, hello] = await raw.hello()
    assert.deepEqual([error, hello.protocol], [null, 1])
    await raw.call('subscribe', { sid: 3, channel: 'notes', query: {} })
    await raw.line(({ method }) => method === 'mark')
    const heard = raw.lines
      .filter(({ method }) => method !== 'methods')
      .map(({ method, arguments: args }) => (method === 'cull' ? `cull ${args[0]}` : method))
    assert.deepEqual(heard, [1001, 'cull 1001', 1002, 'cull 1002', 'snap', 'mark'])
    raw.socket.destroy()
  })

  it('takes calls that come right behind hello', async () => {
    await start({}, { authenticate: () => new Promise((resolve) => setImmediate(resolve, { user: 1 })) })
    const raw = await client()
    raw.socket.write(callLine('hello', { protocol: 1, client: 'x' }, 1) + callLine('get', { channel: 'notes', id: 'a' }, 2))
    const { arguments: args } = await raw.line(({ method }) => method === 2)
    assert.deepEqual(args, [null, { item: { id: 'a' } }])
    raw.socket.destroy()
  })

  const greeted: [string, string | Buffer, string][] = [
    ['a line that is not JSON', 'hello\n', 'protocol'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x0a]), 'protocol'],
    ['a line that is too long', `"${'x'.repeat(3000)}`, 'limit'],
    ['a call without callback', '{"method":"get","arguments":[{}]}\n', 'protocol'],
    ['a method that there is not', '{"method":"toString","arguments":[]}\n', 'protocol'],
    ['links', '{"method":"get","arguments":[{}],"links":[{"from":[],"to":[]}]}\n', 'protocol'],
    [
      'a callback into a prototype',
      '{"method":"get","arguments":["x"],"callbacks":{"7":["0","constructor","prototype","x"]}}\n',
      'protocol',
    ],
    ['__proto__', '{"method":"get","arguments":[{"__proto__":{"x":1}}],"callbacks":{}}\n', 'protocol'],
    ['arguments that are too deep', callLine('get', JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`), 5), 'limit'],
    ['an answer to what was never asked', '{"method":12345,"arguments":[]}\n', 'protocol'],
    ['a second greeting', '{"method":"methods","arguments":[{}]}\n{"method":"methods","arguments":[{}]}\n', 'protocol'],
    ['callbacks without end', Array.from({ length: 100 }, (_, n) => callLine('pong', {}, n)).join(''), 'limit'],
  ]
  for (const [what, bytes, code] of greeted) {
    it(`says goodbye to ${what}, and nobody else notices`, async () => {
      await start({ limits: { frameBytes: 2000, depth: 8, callsInFlight: 10, handshakeMs: 60_000 } })
      const [bad, good] = [await client(), await client()]
      await Promise.all([bad.hello(), good.hello()])
      bad.socket.write(bytes)
      const error = await bad.bye()
      assert.equal(error.code, code)
      assert.deepEqual(await good.call('get', { channel: 'notes', id: 'a' }), [null, { item: { id: 'a' } }])
      good.socket.destroy()
    })
  }

  const answered: [string, string, object, string][] = [
    ['an unknown channel', 'get', { channel: 'nowhere', id: 'a' }, 'not-found'],
    ['an argument of the wrong type', 'get', { channel: 1, id: 'a' }, 'protocol'],
    ['a bad query', 'subscribe', { sid: 1, channel: 'notes', query: { filter: { $x: 1 } } }, 'query'],
    ['a date that is none', 'subscribe', { sid: 1, channel: 'notes', query: { filter: { x: { $date: 'x' } } } }, 'protocol'],
    ['what rules deny', 'retract', { write: 'w', channel: 'notes', id: 'a' }, 'denied'],
    ['a second hello', 'hello', { protocol: 1, client: 'x' }, 'protocol'],
  ]
  for (const [what, method, args, code] of answered) {
    it(`answers ${what} with a typed error and goes on`, async () => {
      await start()
      const raw = await client()
      await raw.hello()
      assert.equal((await raw.call(method, args))[0].code, code)
      assert.deepEqual((await raw.call('get', { channel: 'notes', id: 'a' }))[0], null)
      raw.socket.destroy()
    })
  }

  it('answers another version of the protocol, and closes', async () => {
    await start()
    const raw = await client()
    const [error] = await raw.call('hello', { protocol: 2, client: 'x' })
    assert.equal(error.code, 'protocol')
    assert.match(error.message, /version 1.*version 2/)
    await raw.ended
  })

  it('closes on who calls before hello', async () => {
    await start()
    const raw = await client()
    assert.equal((await raw.call('get', { channel: 'notes', id: 'a' }))[0].code, 'protocol')
    await raw.ended
  })

  it('closes on who never says hello', async () => {
    await start({ limits: { handshakeMs: 20 } })
    assert.equal((await (await client()).bye()).code, 'protocol')
  })

  it('tells who is denied, and closes', async () => {
    await start({}, {
      authenticate: () => {
        throw new DeniedError('unknown token')
      },
    }) // prettier-ignore
    const raw = await client()
    assert.deepEqual((await raw.hello())[0], { code: 'denied', message: 'unknown token' })
    await raw.ended
  })

  it('tells nobody what went wrong inside, but its owner', async () => {
    await start({}, { authenticate: () => Promise.reject(new TypeError('db password is x')) })
    const raw = await client()
    assert.deepEqual((await raw.hello())[0], { code: 'denied', message: 'the credentials are not accepted' })
    assert.ok(reported[0] instanceof TypeError)
    await raw.ended
  })

  it('ends who is silent for too long, and pings who is not', async () => {
    await start({ keepaliveMs: 15 })
    const raw = await client()
    await raw.hello()
    await raw.line(({ method }) => method === 'ping')
    await raw.ended
  })

  it('ends nobody because the clock was set', async () => {
    await start({ keepaliveMs: 30 })
    const raw = await client()
    await raw.hello()
    const { now } = Date
    Date.now = () => now() + 86_400_000
    try {
      for (let pings = 0; pings < 3; pings++) {
        await raw.line(({ method }) => method === 'ping')
        raw.lines.length = 0
        raw.socket.write('{"method":"pong","arguments":[]}\n')
      }
    } finally {
      Date.now = now
    }
    assert.equal(raw.socket.closed, false)
    raw.socket.destroy()
  })

  it('ends who does not renew credentials that expire', async () => {
    await start({}, { authenticate: () => ({ user: 1, expires: new Date(Date.now() - 14_980) }) })
    const raw = await client()
    await raw.hello()
    assert.equal((await raw.bye()).code, 'denied')
  })

  it('accepts as many connections as it may', async () => {
    await start({ limits: { connections: 1 } })
    const first = await client()
    await first.hello()
    assert.equal((await (await client()).bye()).limit, 'connections')
    const webSocket = new WebSocket(`ws://127.0.0.1:${listener.port}`)
    const [error] = (await once(webSocket, 'error')) as [Error]
    assert.match(error.message, /503/)
    first.socket.destroy()
  })

  it('refuses pages of other origins, unless they are named', async () => {
    await start({ origins: ['https://friend.example'] })
    const connect = (origin: string) => new WebSocket(`ws://127.0.0.1:${listener.port}`, { origin })
    const [error] = (await once(connect('https://evil.example'), 'error')) as [Error]
    assert.match(error.message, /403/)
    for (const origin of ['https://friend.example', `http://127.0.0.1:${listener.port}`]) {
      const webSocket = connect(origin)
      await once(webSocket, 'open')
      webSocket.terminate()
    }
  })

  it('shares an HTTP server with pages and other upgrades, and leaves it open', async () => {
    const server = createServer((_, response) => response.end('page'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await start({ server, path: '/live' })
    const { port } = server.address() as AddressInfo
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}/live?x=1`)
    await once(webSocket, 'message')
    const [error] = (await once(new WebSocket(`ws://127.0.0.1:${port}/other`), 'error')) as [Error]
    assert.match(error.message, /404/)
    await Promise.all([once(webSocket, 'close'), listener.close()])
    assert.equal(server.listenerCount('upgrade'), 0)
    const [response] = await once(request({ port, host: '127.0.0.1', agent: false }).end(), 'response')
    assert.equal(response.statusCode, 200)
    response.resume()
    await new Promise((resolve) => server.close(resolve))
  })

  it('rejects when the port is in use, and leaves nothing open', async () => {
    await start()
    await assert.rejects(listenDnode(hub, { tcp: { port: listener.tcpPort!, host: '127.0.0.1' } }), (error) => {
      return error instanceof ArgumentError && error.message.includes(String(listener.tcpPort))
    })
  })

  it('closes gracefully: a goodbye to all, then nothing is left', async () => {
    await start()
    const raw = await client()
    await raw.hello()
    await raw.call('subscribe', { sid: 1, channel: 'notes', query: {} })
    const [bye] = await Promise.all([raw.bye(), listener.close()])
    assert.deepEqual([bye.code, listener.connections, hub.stats.connections], ['connection', 0, 0])
  })

  it('releases what a client had when it vanishes', async () => {
    await start({}, { lingerMs: 0 })
    const raw = await client()
    await raw.hello()
    await raw.call('subscribe', { sid: 1, channel: 'notes', query: {} })
    raw.socket.resetAndDestroy()
    while (hub.stats.connections > 0 || hub.stats.queries > 0) await new Promise((resolve) => setTimeout(resolve, 2))
    assert.equal(listener.connections, 0)
  })

  it('survives every byte sequence on both ports, and others are undisturbed', async () => {
    await start({ limits: { frameBytes: 4096, handshakeMs: 60_000 } })
    const good = await client()
    await good.hello()
    const word = fc.oneof(
      fc.constantFrom('{"method":', '"arguments":[', ']', '}', '\n', 'null', '[Function]', '"callbacks":{"1":["1"]}', '"links":[]', ','),
      fc
        .constantFrom('hello', 'subscribe', 'methods', 'cull', 'pong')
        .map((name) => callLine(name, { protocol: 1, client: 'x', sid: 1 }, 1)),
      fc
        .tuple(fc.constantFrom('hello', 'renew', 'subscribe', 'publish', 'page', 'cull', 'methods'), fc.jsonValue())
        .map(([name, args]) => callLine(name, args, 2)),
      fc.json().map((text) => `${text}\n`),
      fc.string({ unit: 'binary' }),
    )
    const bytes = fc.oneof(
      fc.array(word, { maxLength: 12 }).map((words) => Buffer.from(words.join(''))),
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (bytes, upgraded) => {
        const raw = await RawClient.connect(upgraded ? listener.port! : listener.tcpPort!)
        raw.socket.removeAllListeners('data')
        raw.socket.resume()
        if (upgraded)
          raw.socket.write(
            'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
          )
        raw.socket.end(bytes)
        await raw.ended
        assert.deepEqual((await good.call('get', { channel: 'notes', id: 'a' }))[0], null)
        good.lines.length = 0
      }),
      { numRuns: 150 },
    )
    assert.deepEqual(reported, [])
    good.socket.destroy()
  })
})
