import type { Model } from 'mongoose'
import { Subscription } from 'rxjs'
import { ArgumentError, ConnectionError, DeniedError, LimitError, MissingError, RachisError } from '../../errors.js'
import type { Feed } from '../../streams/event.js'
import { randomId } from '../../streams/internal/random-id.js'
import { turns } from '../../streams/internal/turns.js'
import type { Transport } from '../../streams/node.js'
import type { Source } from '../../streams/source.js'
import { ModelStore } from '../mongoose/model-store.js'
import { Channel } from './channel.js'
import type { ChannelStore, Item } from './channel-store.js'
import { Connection, type ConnectionHost, type ConnectionLimits, type Identity } from './connection.js'
import { FeedStore } from './feed-store.js'
import { InProcessTransport } from './in-process.js'
import type { Link } from './outlet.js'
import { Presence } from './presence.js'
import { Queries } from './queries.js'
import type { ChannelRules } from './rules.js'
import type { SharedQuery } from './shared-query.js'
import { Users } from './users.js'

/** Where a connection comes from, for `authenticate`. */
export interface Peer {
  readonly transport: 'websocket' | 'tcp'
  readonly address: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** How a hub is set up. */
export interface HubOptions<U> {
  /** Who brings these credentials. Throwing refuses the connection; the client hears the message only of an error of ours, best a `DeniedError`. Default: everybody is `undefined`. */
  readonly authenticate?: (credentials: unknown, peer: Peer) => Identity<U> | Promise<Identity<U>>
  /** How long a query outlives its last subscriber, so that clients who come back resume cheaply. Default 30,000 ms. */
  readonly lingerMs?: number
  readonly limits?: Partial<ConnectionLimits>
  /** What went wrong on the server's side, for its log; clients are not told. Default: `console.error`. */
  readonly onError?: (error: unknown) => void
}

/** A Mongoose model behind a channel. */
export interface ModelChannel<T extends object> {
  readonly model: Model<T>
  /**
   * Hold the whole collection in memory from now on, so that no query has to ask the store: the first page of a large collection then
   * comes at once. Without it a query's result is held while somebody has it.
   */
  readonly keepLive?: boolean
}

/** What stands behind a channel, and its rules. */
export type ChannelOptions<T extends object, U> = { readonly rules: ChannelRules<T, U> } & (
  ModelChannel<T> | { readonly source: Source<T> } | { readonly feed: Feed<T> }
)

const defaultLimits: ConnectionLimits = { subscriptions: 200, queriesPerUser: 500, buffered: 1 << 20 }

/**
 * Offers channels to clients: Mongoose models, sources and feeds, each under a name, with rules that deny what they don't name.
 * Each distinct query is run and encoded once, however many have it.
 *
 * ```ts
 * const hub = new Hub({ authenticate: (token) => ({ user: verify(token) }) })
 * hub.channel('todos', { model: Todo, rules: { read: () => true, fields: { readable: '*' } } })
 * await listenDnode(hub, { server })
 * ```
 */
export class Hub<U = unknown> {
  private readonly channels = new Map<string, Channel>()
  private readonly presences: Presence[] = []
  private readonly users = new Users()
  private readonly connections = new Set<Connection>()
  private readonly transports = new Set<InProcessTransport>()
  private readonly queries: Queries
  private readonly limits: ConnectionLimits
  private readonly kept = new Subscription()
  private closing = false
  private readonly host: ConnectionHost

  constructor(private readonly options: HubOptions<U> = {}) {
    this.limits = { ...defaultLimits, ...options.limits }
    this.queries = new Queries({ lingerMs: options.lingerMs ?? 30_000, mostIdle: 500 }, (error) => {
      this.report(error)
    })
    const { queries } = this
    this.host = {
      channel: (name) => this.channelNamed(name),
      join: (connection, channel, query) => queries.join(connection, channel, query),
      leave: (connection, query) => {
        queries.leave(connection, query)
      },
      admit: (connection, channel, query) => {
        this.admit(connection, () => queries.find(channel, query))
      },
      regroup: (connection, left, to) => queries.regroup(connection, left, to),
      flush: () => {
        queries.flush()
      },
      report: (error) => {
        this.report(error)
      },
      identified: (connection) => {
        this.users.enter(connection)
        for (const presence of this.presences) presence.enter(connection, connection.user)
      },
      closed: (connection) => {
        this.connections.delete(connection)
        this.users.leave(connection)
        for (const presence of this.presences) presence.leave(connection)
      },
    }
  }

  /** How many clients are connected over a network, and how many distinct queries are live. */
  get stats(): { readonly connections: number; readonly queries: number } {
    return { connections: this.connections.size, queries: this.queries.size }
  }

  /** Offers a model, a source or a feed under `name`. Throws `ArgumentError` if the name is taken or the rules contradict themselves. */
  channel<T extends object>(name: string, options: ChannelOptions<T, U>): this {
    this.offer(name, storeOf(name, options), options.rules as unknown as ChannelRules<Item, unknown>)
    if ('model' in options && options.keepLive === true) {
      // Through the channel, so that clients without a filter share this very query.
      const all = this.channelNamed(name).feed({})
      this.kept.add(
        all.subscribe({
          error: (error: unknown) => {
            this.report(error)
          },
        }),
      )
    }
    return this
  }

  /**
   * Offers, under `name`, who is connected: `show` says what others see of a user (`undefined`: not shown), to which `id` and `since` are added.
   * Ephemeral, and of this process only.
   */
  presence<T extends object>(
    name: string,
    options: { readonly show: (user: U) => T | undefined; readonly rules: Pick<ChannelRules<T & { id: string; since: Date }, U>, 'read'> },
  ): this {
    const presence = new Presence(options.show as (user: unknown) => Item | undefined)
    this.offer(name, new FeedStore(name, presence.source.feed, undefined), {
      ...(options.rules as ChannelRules<Item, unknown>),
      fields: { readable: '*' },
      filterable: '*',
      sortable: '*',
    })
    this.presences.push(presence)
    for (const connection of this.connections) if (connection.identified) presence.enter(connection, connection.user)
    return this
  }

  /** The channels as a transport in this process, with the rights of `user`: no network, no encoding, the same rules. */
  transport(user: U): Transport {
    const transport = new InProcessTransport(
      (name) => this.channelNamed(name),
      user,
      () => {
        this.transports.delete(transport)
      },
    )
    this.transports.add(transport)
    return transport
  }

  /**
   * Judges all subscriptions of all connections anew, or of those of some users: after a change of rights. What is lost is retracted. Called by
   * a feed's subscriber, it is done when the running turn is over: nobody is sent a part of it.
   */
  recheck(concerns: (user: U) => boolean = () => true): void {
    if (turns.running) {
      queueMicrotask(() => {
        try {
          this.recheck(concerns)
        } catch (error) {
          this.report(error)
        }
      })
      return
    }
    for (const connection of this.connections) if (connection.identified && concerns(connection.user as U)) connection.recheck()
  }

  /** Tells all clients goodbye, and ends them and the transports of this process. Models and connections of Mongoose are left alone. Idempotent. */
  async close(): Promise<void> {
    this.closing = true
    this.queries.flush()
    for (const connection of [...this.connections]) connection.bye(new ConnectionError('the server is shutting down'))
    await Promise.all([...this.transports].map((transport) => transport.close()))
    this.queries.close()
    this.kept.unsubscribe()
  }

  /** @internal A new client on `link`. */
  connect(link: Link): Connection {
    const connection = new Connection(randomId(), this.host, link, this.limits)
    if (this.closing) connection.bye(new ConnectionError('the server is shutting down'))
    else this.connections.add(connection)
    return connection
  }

  /** @internal Who brings `credentials`. Rejects with `DeniedError`. */
  async authenticate(credentials: unknown, peer: Peer): Promise<Identity<unknown>> {
    const { authenticate } = this.options
    if (authenticate === undefined) return { user: undefined }
    try {
      return await authenticate(credentials, peer)
    } catch (error) {
      if (error instanceof RachisError) throw error
      this.report(error)
      throw new DeniedError('the credentials are not accepted', { cause: error })
    }
  }

  /** @internal Something failed that the client can't be told. */
  report(error: unknown): void {
    ;(this.options.onError ?? console.error)(error)
  }

  /** @internal */
  get subscriptionLimit(): number {
    return this.limits.subscriptions
  }

  private admit(connection: Connection, find: () => SharedQuery | undefined): void {
    const { queriesPerUser: most } = this.limits
    const own = this.users.queriesOf(connection)
    if (own === undefined || own.size < most) return
    const query = find()
    if (query !== undefined && own.has(query)) return
    throw new LimitError(`a user can have ${most} live queries: end some that are no longer needed`, 'queriesPerUser', most)
  }

  private offer(name: string, store: ChannelStore, rules: ChannelRules<Item, unknown>): this {
    if (this.channels.has(name)) throw new ArgumentError(`there is a channel ${JSON.stringify(name)} already`)
    this.channels.set(name, new Channel(name, store, rules))
    return this
  }

  private channelNamed(name: string): Channel {
    const channel = this.channels.get(name)
    if (channel === undefined) throw new MissingError(`there is no channel ${JSON.stringify(name.slice(0, 100))}`)
    return channel
  }
}

function storeOf<T extends object, U>(name: string, options: ChannelOptions<T, U>): ChannelStore {
  if ('model' in options) return new ModelStore(options.model as unknown as Model<Record<string, unknown>>, name)
  if ('source' in options) return new FeedStore(name, options.source.feed as Feed<never>, options.source as unknown as Source<Item>)
  return new FeedStore(name, options.feed as Feed<never>, undefined)
}
