import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { type DnodeListener, listenDnode } from '../../../src/server/dnode/listen.js'
import { Hub } from '../../../src/server/hub/hub.js'
import { Source } from '../../../src/streams/source.js'
import { callLine, RawClient } from './raw-client.js'

describe('a hostile client', () => {
  let hub: Hub
  let listener: DnodeListener
  const reported: unknown[] = []

  beforeEach(async () => {
    reported.length = 0
    const source = new Source({ key: ({ id }: { id: string; pad: string }) => id, initial: [{ id: 'a', pad: 'x'.repeat(5_000) }] })
    hub = new Hub({ lingerMs: 0, limits: { buffered: 1_000 }, onError: (error) => reported.push(error) })
    hub.channel('notes', { source, rules: { read: () => true, fields: { readable: '*' } } })
    listener = await listenDnode(hub, { port: 0, host: '127.0.0.1', tcp: { port: 0, host: '127.0.0.1' } })
  })
  afterEach(async () => {
    await listener.close()
    await hub.close()
    assert.deepEqual(reported, [])
  })

  it('that asks and reads no answers is ended, also if it asks under one number only', async () => {
    const socket = connect(listener.tcpPort!, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => undefined).pause()
    const closed = new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)))
    socket.write(callLine('hello', { protocol: 1, client: 'x' }, 1))
    const questions = callLine('get', { channel: 'notes', id: 'a' }, 2).repeat(90)
    let ended = false
    for (let round = 0; round < 500 && !ended; round++) {
      socket.write(questions)
      await new Promise((resolve) => setImmediate(resolve))
      ended = hub.stats.connections === 0
    }
    assert.ok(ended)
    socket.destroy()
    await closed
  })

  it('that is refused an upgrade holds no socket, also if it never closes its side', async () => {
    const socket: Socket = connect({ port: listener.port!, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    const gone = once(socket.resume(), 'end')
    socket.on('error', () => undefined)
    socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await gone
    // Only a socket that is gone at the other side answers with a reset.
    const reset = new Promise((resolve) => socket.once('close', resolve))
    const timer = setInterval(() => socket.write('x'), 5)
    await reset
    clearInterval(timer)
  })

  it('leaves nothing behind, however often it comes and vanishes', async () => {
    const witness = await RawClient.connect(listener.tcpPort!)
    await witness.hello()
    const { queries } = hub as unknown as { queries: { groups: { groups: Map<string, unknown> }; idle: Set<unknown> } }
    const resources = (): string =>
      process
        .getActiveResourcesInfo()
        .filter((name) => name.startsWith('TCP'))
        .join()
    const before = resources()
    for (let round = 0; round < 500; round += 20) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, n) => {
          const raw = await RawClient.connect(listener.tcpPort!)
          const subscribe = callLine('subscribe', { sid: 1, channel: 'notes', query: { limit: 1 + ((round + n) % 7) } }, 2)
          raw.socket.write(callLine('hello', { protocol: 1, client: 'x' }, 1) + subscribe)
          if (n % 3 > 0) await raw.line(({ method }) => method === (n % 3 === 1 ? 2 : 'mark'))
          raw.socket.resetAndDestroy()
        }),
      )
    }
    while (hub.stats.connections > 1 || hub.stats.queries > 0) await new Promise((resolve) => setTimeout(resolve, 2))
    assert.deepEqual([listener.connections, queries.groups.groups.size, queries.idle.size], [1, 0, 0])
    while (resources() !== before) await new Promise((resolve) => setTimeout(resolve, 2))
    witness.socket.destroy()
  })

  it('that sends any frames of WebSocket disturbs nobody', async () => {
    const witness = await RawClient.connect(listener.tcpPort!)
    await witness.hello()
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(callLine('hello', { protocol: 1, client: 'x' }, 1), callLine('get', { channel: 'notes', id: 'a' }, 2), '\ud800').map((text) => Buffer.from(text)),
    ) // prettier-ignore
    const frame = fc.record({ first: fc.integer({ min: 0, max: 255 }), masked: fc.constantFrom(true, true, true, false), payload, length: fc.constantFrom('true', 'true', 'huge', 'long') }) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 8 }), async (frames) => {
        const socket = connect(listener.port!, '127.0.0.1')
        await once(socket, 'connect')
        socket.on('error', () => undefined).resume()
        const closed = new Promise((resolve) => socket.once('close', resolve))
        socket.write(
          'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        )
        socket.end(Buffer.concat(frames.map(({ first, masked, payload, length }) => bytesOf(first, masked, payload, length))))
        await closed
        assert.equal((await witness.call('get', { channel: 'notes', id: 'a' }))[0], null)
        witness.lines.length = 0
      }),
      { numRuns: 200 },
    )
    witness.socket.destroy()
  })
})

/** A frame of RFC 6455, perhaps with a length that is not its own. */
function bytesOf(first: number, masked: boolean, payload: Buffer, length: string): Buffer {
  const mask = masked ? 0x80 : 0
  const size = Buffer.alloc(9)
  size[0] = mask | 127
  size.writeBigUInt64BE(length === 'huge' ? 2n ** 63n + 5n : BigInt(payload.length), 1)
  const head = length === 'true' && payload.length < 126 ? Buffer.of(mask | payload.length) : size
  return Buffer.concat([Buffer.of(first), head, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload])
}
