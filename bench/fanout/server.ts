// The servers of the fan-out bench: the hub, socket.io and bare ws, side by side in one process.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server as SocketIo } from 'socket.io'
import { WebSocketServer } from 'ws'
import { Hub, listenDnode } from '../../src/server/index.js'
import { Source } from '../../src/streams/source.js'
import type { Subject, Tick } from './protocol.js'

/** One way to bring events to everybody. */
export interface Server {
  readonly subject: Subject
  readonly port: number
  /** Sends events that happen in one tick, each for itself. */
  send(events: readonly Tick[]): void
  /** The same as one message of an array, where the application puts it together. */
  sendArray?(events: readonly Tick[]): void
  close(): Promise<void>
}

/** No pings while it runs: the clients don't answer. */
const quietMs = 600_000

export async function startServers(): Promise<Server[]> {
  return [await rachis(), await socketIo(), await bareWs()]
}

async function rachis(): Promise<Server> {
  const source = new Source<Tick>({ key: ({ id }) => id })
  const hub = new Hub()
  hub.channel('ticks', { source, rules: { read: () => true, fields: { readable: '*' } } })
  const listener = await listenDnode(hub, { port: 0, host: '127.0.0.1', keepaliveMs: quietMs })
  return {
    subject: 'rachis',
    port: listener.port!,
    send: (events) => {
      for (const event of events) source.publish(event)
    },
    close: async () => {
      await listener.close()
      await hub.close()
    },
  }
}

async function socketIo(): Promise<Server> {
  const http = createServer()
  const io = new SocketIo(http, { transports: ['websocket'], perMessageDeflate: false, pingInterval: quietMs })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    subject: 'socket.io',
    port: (http.address() as AddressInfo).port,
    send: (events) => {
      for (const event of events) io.emit('tick', event)
    },
    sendArray: (events) => {
      io.emit('ticks', events)
    },
    close: () => io.close(),
  }
}

async function bareWs(): Promise<Server> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    subject: 'ws',
    port: (server.address() as AddressInfo).port,
    send: (events) => {
      for (const event of events) {
        const message = Buffer.from(JSON.stringify(event))
        for (const client of server.clients) client.send(message, { binary: false })
      }
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate()
        server.close(() => {
          resolve()
        })
      }),
  }
}
