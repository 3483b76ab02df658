import type { Observable } from 'rxjs'
import { ConnectionError, type RachisError } from '../../../errors.js'
import type { FeedNode, NodeOptions, Transport, TransportStatus } from '../../node.js'
import type { BackoffOptions } from '../backoff.js'
import { Outbox } from '../outbox.js'
import type { Upstream } from '../query-feeds.js'
import type { Connection } from './connection.js'
import type { FrameLimits } from './frame.js'
import { type LifelineListener, Lifeline } from './lifeline.js'
import { type DnodeLink, DnodeNode, type ReadName, type WriteName } from './node.js'
import { socketOpener } from './open-socket.js'
import type { CallArgs, CallResult, HelloResult } from './protocol.js'
import { type SubscriptionRequest, Subscriptions } from './subscriptions.js'
import type { WebSocketConstructor } from './web-socket.js'

/** How to reach a server. */
export interface DnodeOptions {
  /** `ws://…`, `wss://…`, or in Node `tcp://host:port`. */
  readonly url: string
  /**
   * What the server's `authenticate` hook gets, or a promise of it. Called for each connection, and before what was given expires.
   * If it throws a `DeniedError`, that is final; any other error counts as a failed attempt.
   */
  readonly credentials?: () => unknown
  /** What the server may send: bytes of a line (default 16 MiB), nesting (default 100). */
  readonly limits?: Partial<FrameLimits>
  /** How long to wait between attempts. */
  readonly backoff?: BackoffOptions
  /** Milliseconds of silence after which the connection counts as dead. Default: two and a half of the server's pings. */
  readonly keepalive?: number
  /** Milliseconds in which a connection must be made and greeted. Default 10,000. */
  readonly timeout?: number
  /** How many writes may wait for their answers. Default 10,000. */
  readonly outbox?: number
  /** Another WebSocket than that of the platform. */
  readonly WebSocket?: WebSocketConstructor
}

interface Write {
  readonly name: WriteName
  readonly args: CallArgs<WriteName>
}

/**
 * Connects to a server of `rachis/server` over WebSocket, or in Node over TCP, and stays connected until it is closed.
 *
 * While there is no connection feeds keep their last state and writes wait; each write is done once, however often it had to be sent. A
 * read waits while a connection is being made, and rejects with `ConnectionError` when there is none or it is lost. If the server
 * denies the credentials or speaks another version, everything ends with that error. Throws `ArgumentError` for a URL it can't use.
 *
 * ```ts
 * const transport = connectDnode({ url: 'wss://example.org/rachis', credentials: () => fetchToken() })
 * transport.node<Todo>('todos').feed({ filter: { done: false } }).subscribe(render)
 * ```
 */
export function connectDnode(options: DnodeOptions): Transport {
  return new DnodeTransport(options)
}

/** The transport that `connectDnode` gives. */
export class DnodeTransport implements Transport, DnodeLink, LifelineListener {
  readonly status$: Observable<TransportStatus>
  private readonly nodes = new Map<string, FeedNode<never>>()
  private readonly subscriptions = new Subscriptions()
  private readonly outbox: Outbox<Write>
  private readonly lifeline: Lifeline
  private connection: Connection | undefined
  /** Why nothing works any more. */
  private ended: RachisError | undefined

  constructor(options: DnodeOptions) {
    const limits = { frameBytes: 16 << 20, depth: 100, ...options.limits }
    const open = socketOpener(options.url, limits.frameBytes, options.WebSocket)
    const { credentials, backoff, keepalive, timeout = 10_000 } = options
    this.outbox = new Outbox(options.outbox ?? 10_000)
    this.lifeline = new Lifeline({ open, limits, credentials, backoff, keepalive, timeout }, this)
    this.status$ = this.lifeline.status.status$
    this.lifeline.connect()
  }

  node<T extends object>(name: string, options: NodeOptions = {}): FeedNode<T> {
    let node = this.nodes.get(name) as unknown as FeedNode<T> | undefined
    if (node === undefined) {
      node = new DnodeNode<T>(name, options, this)
      this.nodes.set(name, node as unknown as FeedNode<never>)
    }
    return node
  }

  close(): Promise<void> {
    if (this.ended !== undefined && this.lifeline.status.value.state === 'closed') return Promise.resolve()
    this.ended = new ConnectionError('the transport is closed')
    this.lifeline.end({ state: 'closed' })
    this.offline()
    this.outbox.clear((sent) => new ConnectionError('the transport was closed before the write was answered', sent))
    this.subscriptions.end()
    return Promise.resolve()
  }

  /** How many functions of ours are held for the server; for tests. */
  get callbacks(): number {
    return this.connection?.callbacks ?? 0
  }

  subscribe(request: SubscriptionRequest): Upstream<object> {
    if (this.ended !== undefined) throw this.ended
    return this.subscriptions.open(request)
  }

  write<C extends WriteName>(name: C, args: CallArgs<C>): Promise<CallResult<C>> {
    if (this.ended !== undefined) return Promise.reject(this.ended)
    return this.outbox.add({ name, args }) as Promise<CallResult<C>>
  }

  async read<C extends ReadName>(name: C, args: CallArgs<C>): Promise<CallResult<C>> {
    const status = await this.lifeline.status.settled()
    if (this.ended !== undefined) throw this.ended
    if (this.connection === undefined)
      throw new ConnectionError(`${name}: there is no connection${status.state === 'offline' ? ` (${status.reason})` : ''}`)
    return this.connection.call(name, args)
  }

  readonly line = this.subscriptions.receive.bind(this.subscriptions)

  readonly online = (connection: Connection, { limits }: HelloResult): void => {
    this.connection = connection
    this.subscriptions.connected(connection)
    this.outbox.open(({ name, args }) => connection.call(name, args), limits.callsInFlight)
  }

  readonly offline = (): void => {
    this.connection = undefined
    this.outbox.pause()
    this.subscriptions.disconnected()
  }

  readonly denied = (error: RachisError): void => {
    this.ended = error
    this.outbox.clear(() => error)
    this.subscriptions.end(error)
  }
}
