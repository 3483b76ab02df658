import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import dnode from 'dnode'
import { type Connection, type Model, Schema } from 'mongoose'
import { type DnodeMiddleware, serveDnode } from '../../../../src/server/index.js'
import { OldClient } from './old-client.js'

export interface Todo {
  title: string
  done: boolean
  owner?: string
  secret?: string
  created?: Date
}

export function todoModel(connection: Connection): Model<Todo> {
  if (connection.modelNames().includes('todo')) return connection.model<Todo>('todo')
  const schema = new Schema<Todo>({
    title: { type: String, required: true },
    done: { type: Boolean, default: false },
    owner: String,
    secret: String,
    created: Date,
  })
  return connection.model<Todo>('todo', schema)
}

/** A server of old clients, and how to reach it. */
export interface Served {
  connect(): Promise<OldClient>
  close(): Promise<void>
}

/** The ways that an old client may come. */
export const ways: Readonly<Record<string, (middleware: DnodeMiddleware, onError?: (error: unknown) => void) => Promise<Served>>> = {
  'plain dnode over TCP': async (middleware) => {
    const server = dnode(middleware, { weak: false }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return {
      connect: () => OldClient.tcp((server.address() as AddressInfo).port),
      close: async () => {
        server.close()
        await once(server, 'close')
      },
    }
  },
  'our TCP': async (middleware, onError) => {
    const listener = await serveDnode(middleware, { tcp: { port: 0, host: '127.0.0.1' }, ...(onError && { onError }) })
    return { connect: () => OldClient.tcp(listener.tcpPort!), close: () => listener.close() }
  },
  'WebSocket on an HTTP server': async (middleware, onError) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const listener = await serveDnode(middleware, { server, path: '/dnode', ...(onError && { onError }) })
    return {
      connect: () => OldClient.webSocket(`ws://127.0.0.1:${listener.port!}/dnode`),
      close: async () => {
        await listener.close()
        server.close()
        await once(server, 'close')
      },
    }
  },
}
