import type { Observable } from 'rxjs'
import { DeniedError, describeCause } from '../../../errors.js'
import type { TransportStatus } from '../../../streams/node.js'
import { backoffDelay, type BackoffOptions } from '../../../streams/transports/backoff.js'
import { socketOpener } from '../../../streams/transports/dnode/open-socket.js'
import type { OpenSocket } from '../../../streams/transports/dnode/socket.js'
import type { WebSocketConstructor } from '../../../streams/transports/dnode/web-socket.js'
import { Status } from '../../../streams/transports/status.js'
import type { Client } from './client.js'
import { SocketLink } from './socket-link.js'

/** How a server of the dnode protocol is reached. */
export interface ConnectOptions {
  /** `ws://…`, `wss://…`, or in Node `tcp://host:port`. */
  readonly url: string
  /** Hear what others do, of what is subscribed. Default: yes. */
  readonly pubsub?: boolean
  /** What `authenticate` of the server gets, or a promise of it; called for each connection. If the server denies it, that is final. */
  readonly credentials?: () => unknown
  /** Bytes of a line that the server may send. Default 16 MiB. */
  readonly frameBytes?: number
  /** Milliseconds in which a connection must be made and greeted. Default 10,000. */
  readonly timeout?: number
  /** How long to wait between attempts. */
  readonly backoff?: BackoffOptions
  /** Another WebSocket than that of the platform. */
  readonly WebSocket?: WebSocketConstructor
}

/** A connection that is kept up. */
export interface ClientConnection {
  /** The present status and all that follow; completes when it is closed. */
  readonly status$: Observable<TransportStatus>
  /** Ends it, and all subscriptions of its client. */
  close(): void
}

/** A connection that stood for this long was a good one: the next failure counts as the first. */
const stableAfter = 5000

/** Keeps one connection after another up for a client. */
export class Reconnecting implements ClientConnection {
  readonly status$: Observable<TransportStatus>
  private readonly status = new Status({ state: 'connecting', attempt: 1 })
  private readonly open: OpenSocket
  private link: SocketLink | undefined
  private failures = 0
  private retry: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly options: ConnectOptions,
    private readonly client: Client,
  ) {
    this.status$ = this.status.status$
    this.open = socketOpener(options.url, options.frameBytes ?? defaultFrameBytes, options.WebSocket)
    this.connect()
  }

  close(): void {
    if (this.status.value.state === 'closed') return
    this.status.next({ state: 'closed' })
    clearTimeout(this.retry)
    this.client.subscriptions.clear()
    this.link?.end(new Error('closed'))
  }

  private connect(): void {
    const { pubsub = true, frameBytes = defaultFrameBytes, timeout = 10_000, credentials } = this.options
    if (this.failures > 0) this.status.next({ state: 'connecting', attempt: this.failures + 1 })
    const greeted = (): void => {
      this.status.next({ state: 'online', since: new Date() })
    }
    const ended = (error: Error): void => {
      this.lost(error)
    }
    try {
      this.link = new SocketLink({ open: this.open, pubsub, frameBytes, timeout, credentials, greeted, ended }, this.client)
    } catch (error) {
      this.lost(error)
    }
  }

  private lost(error: unknown): void {
    const { value } = this.status
    if (value.state === 'closed') return
    if (error instanceof DeniedError) {
      this.status.next({ state: 'denied', error })
      return
    }
    if (value.state === 'online' && Date.now() - value.since.getTime() >= stableAfter) this.failures = 0
    this.failures++
    const delay = backoffDelay(this.failures, this.options.backoff)
    this.retry = setTimeout(() => {
      this.connect()
    }, delay)
    this.status.next({ state: 'offline', reason: describeCause(error), attempt: this.failures, retryAt: new Date(Date.now() + delay) })
  }
}

const defaultFrameBytes = 16 << 20
