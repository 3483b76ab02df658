// The servers of the dnode bench, side by side in one process, each with a model of its own in the same kind of store.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import dnode from 'dnode'
import { type Model, Mongoose, Schema } from 'mongoose'
import { Server as SocketIo } from 'socket.io'
import { embedded } from '../../src/server/embedded/index.js'
import { compose, crud, pubsub, serveDnode } from '../../src/server/index.js'
import type { Tick } from './protocol.js'

/** No pings while it runs: the clients don't answer. */
const quietMs = 600_000
const host = '127.0.0.1'

/** One server, and the model behind it. */
export interface Server {
  readonly port: number
  readonly tcpPort: number
  readonly model: Model<Tick>
  close(): Promise<void>
}

async function openModel(): Promise<{ readonly database: Mongoose; readonly model: Model<Tick> }> {
  const database = new Mongoose()
  database.setDriver(embedded)
  await database.connect('embedded:')
  return { database, model: database.model<Tick>('tick', new Schema<Tick>({ text: { type: String, required: true }, n: Number })) }
}

export async function rachis(): Promise<Server> {
  const { database, model } = await openModel()
  const echo = { echo: (value: unknown, fn: (value: unknown) => void) => fn(value) }
  const middleware = compose(pubsub(), crud({ database, whitelist: ['tick'] }), () => echo as never)
  const listener = await serveDnode(middleware, { port: 0, host, tcp: { port: 0, host }, keepaliveMs: quietMs })
  return {
    port: listener.port!,
    tcpPort: listener.tcpPort!,
    model,
    close: async () => {
      await listener.close()
      await database.disconnect()
    },
  }
}

/** The same calls as an application writes them on socket.io: validated and stored by Mongoose, answered, told to the room. */
export async function socketIo(): Promise<Server> {
  const { database, model } = await openModel()
  const http = createServer()
  const io = new SocketIo(http, { transports: ['websocket'], perMessageDeflate: false, pingInterval: quietMs })
  io.on('connection', (socket) => {
    socket.on('subscribe', async (url: string, fn: (count: number) => void) => {
      await socket.join(url)
      const count = io.sockets.adapter.rooms.get(url)!.size
      fn(count)
      io.to(url).emit('subscribed', url, count)
    })
    socket.on('create', async (data: Tick, { type, url }: { type: string; url: string }, fn: (result: unknown, opt?: unknown) => void) => {
      try {
        const opt = { type, url, method: 'create' }
        const document = (await database.model<Tick>(type).create(data)).toJSON()
        fn(document, opt)
        io.to(url).emit('created', document, opt)
      } catch (error) {
        fn({ error: String(error) })
      }
    })
  })
  await once(http.listen(0, host), 'listening')
  return {
    port: (http.address() as AddressInfo).port,
    tcpPort: 0,
    model,
    close: async () => {
      await io.close()
      await database.disconnect()
    },
  }
}

/** `dnode` itself, with a read as short as it can be written. */
export async function bareDnode(): Promise<Server> {
  const { database, model } = await openModel()
  const methods = {
    echo: (value: unknown, fn: (value: unknown) => void) => fn(value),
    read: (opt: { type: string; query: { id: string } }, fn: (result: unknown, opt: unknown) => void) => {
      void database
        .model<Tick>(opt.type)
        .findById(opt.query.id)
        .then((document) => {
          // dnode walks through all that it is given: an ObjectId has to be text before.
          fn(JSON.parse(JSON.stringify(document)), { type: opt.type, method: 'read' })
        })
    },
  }
  const server = dnode(() => methods, { weak: false }).listen(0, host)
  await once(server, 'listening')
  return {
    port: 0,
    tcpPort: (server.address() as AddressInfo).port,
    model,
    close: async () => {
      server.close()
      await database.disconnect()
    },
  }
}
