import type { Observable } from 'rxjs'
import { ArgumentError } from '../../errors.js'
import type { Hub } from '../hub/hub.js'
import { answerAuthenticate } from './seed/authentication.js'
import type { PubsubStatus } from './seed/bus.js'
import type { ChannelList } from './seed/channel-list.js'
import { quietly } from './seed/quietly.js'
import { HubBridge } from './seed/hub-bridge.js'
import type { DnodeMiddleware } from './seed/middleware.js'
import { RedisBus } from './seed/redis-bus.js'
import type { RedisClient } from './seed/redis-port.js'
import { answerCall, answerNode } from './seed/seed-call.js'
import { SeedChannels } from './seed/seed-channels.js'
import { peerOf, type PeerOptions } from './seed/seed-peer.js'
import { Subscriptions } from './seed/subscriptions.js'

/** Who may use which channels. Once there are rules, what they don't name is denied. */
export interface PubsubRules<U> {
  readonly subscribe?: (user: U, url: string) => boolean
  /** `type` is that of the model, where one is named. */
  readonly publish?: (user: U, url: string, type: string | undefined) => boolean
}

/** The channels of old clients. */
export interface PubsubOptions<U> extends PeerOptions<U> {
  /** Two clients of `redis` (4 to 6) or ioredis carry events and counts between processes. Without them there is this process alone. */
  readonly publish?: RedisClient
  readonly subscribe?: RedisClient
  /** The channels that clients may use. Default: all. */
  readonly whitelist?: ChannelList
  /** Channels on which a client may tell the others what it likes. Elsewhere an event is of what is stored. */
  readonly freeForm?: ChannelList
  readonly rules?: PubsubRules<U>
  /** Channels that are feeds: the URL, and the name of the hub's channel, whose rules decide. New clients and old ones then share what is in it. */
  readonly feeds?: Readonly<Record<string, string>>
  readonly hub?: Hub<U>
  /** Before the names of channels in Redis. Default `'rachis'`. */
  readonly prefix?: string
  /**
   * Between two signs of life of a process in Redis; after three that are missing its clients aren't counted any more. The same for all processes.
   * Default 1,000 ms.
   */
  readonly heartbeatMs?: number
}

/** The middleware, and what there is to see of its channels. */
export interface Pubsub extends DnodeMiddleware {
  readonly status$: Observable<PubsubStatus>
  /** How many channels have a client of this process. */
  readonly channels: number
  /** Takes leave of the other processes. The clients of Redis are left open. Idempotent. */
  close(): Promise<void>
}

/**
 * The calls `subscribe`, `unsubscribe`, `publish` of old clients, as dnode middleware. Subscribers of a URL are called with `created`, `updated` and `deleted`
 * `(model, opt)`, and with `subscribed` and `unsubscribed` `(url, count)`: how many clients there are, of all processes; and, where they offer it, with
 * `missed(url)` when this process has not heard others for a while, so that they read again.
 *
 * With Redis all processes tell events in one order, and count the clients of one that was killed for three heartbeats more. While Redis is away each process goes on alone;
 * `status$` says so. Errors: `'missing parameters'` and `'invalid parameters'` as these words, others as `{ code, message, … }`, to `fn(error)` or `opt.error`. Throws `ArgumentError` for options
 * that don't fit together. Cost: an event is encoded once, and sent to each subscriber in this process.
 *
 * ```ts
 * const channels = pubsub({ publish: createClient(), subscribe: createClient(), whitelist: ['todos'] })
 * await serveDnode(compose(channels, crud({ database: mongoose })), { server })
 * ```
 */
export function pubsub<U = unknown>(options: PubsubOptions<U> = {}): Pubsub {
  const { feeds, hub } = options
  const onError = quietly(options.onError ?? console.error)
  const channels = new SeedChannels(connectorOf(options as unknown as PubsubOptions<never>, onError), onError)
  const bridge = feeds === undefined ? undefined : new HubBridge(hub as unknown as Hub<never>, feeds)
  const middleware: DnodeMiddleware = (remote, connection) => {
    const peer = peerOf(remote, connection, options as PeerOptions<never>)
    const own = new Subscriptions<U>(peer, channels, bridge, options)
    peer.publisher = own
    return {
      subscribe: (...args) => {
        answerNode(peer, args, (url) => own.subscribe(url))
      },
      unsubscribe: (...args) => {
        answerNode(peer, args, (url) => Promise.resolve({ result: own.unsubscribe(url) }))
      },
      publish: (...args) => {
        answerCall(peer, 'publish', args, true, (call) => own.claim(call))
      },
      ...answerAuthenticate(peer, options.authenticate),
    }
  }
  return Object.defineProperties(middleware, {
    status$: { value: channels.status$ },
    channels: { get: () => channels.size },
    close: { value: () => channels.close() },
  }) as Pubsub
}

function connectorOf(
  { publish, subscribe, prefix = 'rachis', heartbeatMs = 1_000 }: PubsubOptions<never>,
  onError: (error: unknown) => void,
): ConstructorParameters<typeof SeedChannels>[0] {
  if (publish === undefined && subscribe === undefined) return undefined
  if (publish === undefined || subscribe === undefined || publish === subscribe)
    throw new ArgumentError('pubsub: give two clients of Redis, one as publish and another as subscribe, or none')
  return (listener) => new RedisBus({ publish, subscribe, prefix, heartbeatMs, onError }, listener)
}
