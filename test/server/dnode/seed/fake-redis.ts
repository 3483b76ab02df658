import { EventEmitter } from 'node:events'

/** Publish and subscribe in memory, with clients in the shape of the package `redis` that can be cut off one by one. */
export class FakeRedis {
  readonly clients = new Set<FakeRedisClient>()
  /** Channels that nobody may subscribe to. */
  readonly refused = new Set<string>()

  client(): FakeRedisClient {
    return new FakeRedisClient(this)
  }

  /** Whoever it may be says something. */
  publish(channel: string, text: string): number {
    const receivers = [...this.clients].filter((client) => client.isReady && client.channels.has(channel))
    for (const client of receivers) queueMicrotask(() => client.receive(channel, text))
    return receivers.length
  }
}

type Take = (text: string, channel: string) => void

export class FakeRedisClient extends EventEmitter {
  isOpen = true
  isReady = true
  readonly channels = new Map<string, Take>()

  constructor(private readonly redis: FakeRedis) {
    super()
    redis.clients.add(this)
    queueMicrotask(() => this.emit('ready'))
  }

  async connect(): Promise<void> {}

  async publish(channel: string, text: string): Promise<number> {
    if (!this.isReady) throw new Error('cut')
    return this.redis.publish(channel, text)
  }

  async subscribe(channel: string, take: Take): Promise<void> {
    if (!this.isReady) throw new Error('cut')
    if (this.redis.refused.has(channel)) throw new Error('NOPERM')
    this.channels.set(channel, take)
  }

  async unsubscribe(channel: string): Promise<void> {
    if (!this.isReady) throw new Error('cut')
    this.channels.delete(channel)
  }

  receive(channel: string, text: string): void {
    if (this.isReady) this.channels.get(channel)?.(text, channel)
  }

  cut(): void {
    this.isReady = false
    this.channels.clear()
    this.emit('reconnecting')
  }

  restore(): void {
    this.isReady = true
    this.emit('ready')
  }
}
