import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { Redis } from 'ioredis'
import mongoose from 'mongoose'
import { createClient } from 'redis'
import { compose, crud, type Identity, pubsub, type RedisClient, type SeedRules, serveDnode } from '../../../../src/server/index.js'
import { todoModel } from './todos.js'

/* One of several processes with todos in a MongoDB and channels on a Redis, on an Express app and on TCP; it says both ports. */
interface User {
  readonly id: string
}

const [redisPort, kind, uri] = process.argv.slice(2)
const redis = (): RedisClient =>
  kind === 'ioredis' ? new Redis({ port: Number(redisPort), host: '127.0.0.1' }) : createClient({ url: `redis://127.0.0.1:${redisPort!}` })
const database = await mongoose.createConnection(uri!).asPromise()
todoModel(database)
const ownOrAll = ({ id }: User): { owner: { $in: string[] } } => ({ owner: { $in: [id, 'all'] } })
const fields = ['title', 'done', 'owner']
const rules: SeedRules<User> = {
  todo: {
    read: ownOrAll,
    create: ownOrAll,
    // What nobody has, anybody may take; what somebody has is theirs.
    patch: ({ id }, before) => before['owner'] === 'all' || before['owner'] === id,
    retract: ownOrAll,
    fields: { readable: fields, writable: fields },
    filterable: fields,
    sortable: fields,
  },
}
const authenticate = (credentials: unknown): Identity<User> => ({ user: { id: typeof credentials === 'string' ? credentials : 'nobody' } })
const channels = pubsub<User>({ publish: redis(), subscribe: redis(), authenticate, heartbeatMs: 200 })
const app = express()
app.get('/page', (_, response) => {
  response.send('a page')
})
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const tcp = { port: 0, host: '127.0.0.1' }
const listener = await serveDnode(compose(channels, crud<User>({ database, rules, authenticate })), { server, path: '/dnode', tcp })
channels.status$.subscribe((status) => {
  if (status.state === 'online') console.log(`together ${String(status.processes)}`)
})
console.log(`ports ${String((server.address() as AddressInfo).port)} ${String(listener.tcpPort)}`)
