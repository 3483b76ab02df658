// Todos as an application for Backbone over DNode has them: Express, Mongoose, `crud` and `pubsub`. Alone on the embedded store, or several processes
// side by side on one MongoDB and one Redis.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import express from 'express'
import mongoose from 'mongoose'
import { embedded } from 'rachis/embedded'
import { compose, crud, pubsub, serveDnode } from 'rachis/server'
import { createClient } from 'redis'
import { streamStatus } from './stream-status.js'
import { todoSchema } from './todo-schema.js'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8090' },
    host: { type: 'string', default: 'localhost' },
    uri: { type: 'string', default: 'embedded:./data/todos-dnode' },
    redis: { type: 'string' },
  },
})
const { port, host, uri, redis } = values

if (uri.startsWith('embedded:')) mongoose.setDriver(embedded)
await mongoose.connect(uri)
mongoose.model('todo', todoSchema)

// A client that publishes and one that subscribes, as Redis wants it; without any this process is alone.
const clients = redis === undefined ? [] : [0, 1].map(() => createClient({ url: redis, socket: { reconnectStrategy: 500 } }))
const [publish, subscribe] = clients
const channels = pubsub({ whitelist: ['todos'], ...(publish !== undefined && subscribe !== undefined && { publish, subscribe }) })
channels.status$.subscribe((status) => {
  console.log(status.state === 'online' ? `redis online, processes: ${status.processes}` : `redis ${status.state}`)
})

const app = express()
app.get('/', (_request, response) => {
  response.redirect('/todos-dnode/')
})
app.get('/status', streamStatus(channels.status$))
app.use(express.static(join(import.meta.dirname, '..')))

const server = createServer(app)
const listener = await serveDnode(compose(channels, crud({ database: mongoose, whitelist: ['todo'] })), { server, path: '/dnode' })
server.listen(Number(port), host, () => {
  const address = server.address()
  console.log(`Todos over DNode: http://${host}:${typeof address === 'object' && address !== null ? address.port : port}/`)
})

async function stop(): Promise<void> {
  server.close()
  server.closeAllConnections()
  await listener.close()
  await channels.close()
  for (const client of clients) client.destroy()
  await mongoose.disconnect()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void stop().then(() => process.exit(0))
  })
