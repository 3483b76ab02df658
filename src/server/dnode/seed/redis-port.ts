import { ArgumentError } from '../../../errors.js'

/** A client of `redis` 4 to 6, or of ioredis: what both have. It stays its owner's, who ends it. */
export interface RedisClient {
  publish(...args: never[]): unknown
  subscribe(...args: never[]): unknown
  unsubscribe(...args: never[]): unknown
  on(...args: never[]): unknown
  off(...args: never[]): unknown
}

interface Emitter {
  on(event: string, listener: (...args: never[]) => void): unknown
  off(event: string, listener: (...args: never[]) => void): unknown
}

/** One client as it is used here. */
export interface RedisPort {
  readonly isReady: boolean
  /** Resolves with the number of subscribers that get it. */
  publish(channel: string, text: string): Promise<number>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  /** Forgets the listeners. */
  close(): void
}

/** What happens to a client. */
export interface RedisListener {
  message(channel: string, text: string): void
  /** It can be used, from the start or again. */
  ready(): void
  away(reason: string): void
}

interface NodeRedis {
  readonly isReady: boolean
  readonly isOpen: boolean
  connect(): Promise<unknown>
  publish(channel: string, text: string): Promise<number>
  subscribe(channel: string, listener: (text: string, channel: string) => void): Promise<unknown>
  unsubscribe(channel: string, listener: (text: string, channel: string) => void): Promise<unknown>
}

interface IoRedis {
  readonly status: string
  connect(): Promise<unknown>
  publish(channel: string, text: string): Promise<number>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
}

/** Whichever client it is, by its shape; one that isn't connected yet is connected. Throws `ArgumentError` for anything else. */
export function redisPort(client: RedisClient, listener: RedisListener): RedisPort {
  const { isReady, status } = client as unknown as { readonly isReady?: unknown; readonly status?: unknown }
  if (typeof isReady !== 'boolean' && typeof status !== 'string')
    throw new ArgumentError('pubsub: publish and subscribe are to be two clients of the package redis (4 to 6) or of ioredis')
  const stop = listen(client, listener, typeof isReady === 'boolean' ? 'end' : 'close')
  if (typeof isReady === 'boolean') return nodeRedisPort(client as unknown as NodeRedis, listener, stop)
  return ioRedisPort(client as unknown as IoRedis & Emitter, listener, stop)
}

function nodeRedisPort(client: NodeRedis, listener: RedisListener, stop: () => void): RedisPort {
  const message = (text: string, channel: string): void => {
    listener.message(channel, text)
  }
  // Its failures come as events.
  if (!client.isOpen) client.connect().catch(() => undefined)
  return {
    get isReady() {
      return client.isReady
    },
    publish: (channel, text) => client.publish(channel, text),
    subscribe: (channel) => client.subscribe(channel, message),
    unsubscribe: (channel) => client.unsubscribe(channel, message),
    close: stop,
  }
}

function ioRedisPort(redis: IoRedis & Emitter, listener: RedisListener, stop: () => void): RedisPort {
  const message = (channel: string, text: string): void => {
    listener.message(channel, text)
  }
  redis.on('message', message)
  if (redis.status === 'wait') redis.connect().catch(() => undefined)
  return {
    get isReady() {
      return redis.status === 'ready'
    },
    publish: (channel, text) => redis.publish(channel, text),
    subscribe: (channel) => redis.subscribe(channel),
    unsubscribe: (channel) => redis.unsubscribe(channel),
    close: () => {
      redis.off('message', message)
      stop()
    },
  }
}

function listen(client: Emitter, listener: RedisListener, closed: string): () => void {
  let reason = 'the connection to Redis is closed'
  const listeners: Readonly<Record<string, (error?: unknown) => void>> = {
    ready: () => {
      listener.ready()
    },
    // Without a listener it would end the process. Not each is the end of the connection.
    error: (error) => {
      reason = error instanceof Error && error.message !== '' ? error.message : ((error as { code?: string }).code ?? reason)
      if (!isReadyNow(client)) listener.away(reason)
    },
    reconnecting: () => {
      listener.away(reason)
    },
    [closed]: () => {
      listener.away(reason)
    },
  }
  for (const [event, own] of Object.entries(listeners)) client.on.call(client, event, own)
  return () => {
    for (const [event, own] of Object.entries(listeners)) if (event !== 'error') client.off.call(client, event, own)
  }
}

function isReadyNow(client: Emitter): boolean {
  const { isReady, status } = client as unknown as { readonly isReady?: boolean; readonly status?: string }
  return isReady ?? status === 'ready'
}
