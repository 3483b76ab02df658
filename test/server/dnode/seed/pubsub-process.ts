import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { pubsub, type RedisClient, serveDnode } from '../../../../src/server/index.js'

/* A process with channels on a Redis, by one of the two packages; it says its port, and how it stands to Redis. */
const [port, kind, heartbeat] = process.argv.slice(2)
const client = (): RedisClient =>
  kind === 'ioredis'
    ? new Redis({ port: Number(port), host: '127.0.0.1', retryStrategy: () => 50 })
    : createClient({ url: `redis://127.0.0.1:${port!}`, socket: { reconnectStrategy: 50 } })
const channels = pubsub({
  publish: client(),
  subscribe: client(),
  freeForm: '*',
  heartbeatMs: Number(heartbeat),
  onError: (error) => {
    console.log('failed', error)
  },
})
let changes = 0
channels.status$.subscribe((status) => {
  console.log(`#${String(changes++)} ${status.state}${'processes' in status ? ` ${String(status.processes)}` : ''}`)
})
const listener = await serveDnode(channels, { tcp: { port: 0, host: '127.0.0.1' } })
console.log(`port ${String(listener.tcpPort)}`)
process.once('SIGTERM', () => {
  void listener
    .close()
    .then(() => channels.close())
    .then(() => process.exit(0))
})
