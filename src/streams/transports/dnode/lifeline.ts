import { ConnectionError, DeniedError, describeCause, ProtocolError, RachisError } from '../../../errors.js'
import type { TransportStatus } from '../../node.js'
import { backoffDelay, type BackoffOptions } from '../backoff.js'
import { Status } from '../status.js'
import { Connection, type ConnectionOptions, longestTimer } from './connection.js'
import { encodeItem } from './item-codec.js'
import { type HelloResult, protocolVersion, type ServerLine } from './protocol.js'
import type { OpenSocket } from './socket.js'

export interface LifelineOptions extends ConnectionOptions {
  readonly open: OpenSocket
  readonly credentials: (() => unknown) | undefined
  readonly backoff: BackoffOptions | undefined
}

export interface LifelineListener {
  online(connection: Connection, hello: HelloResult): void
  line(line: ServerLine): void
  /** The connection that was online is gone. */
  offline(): void
  /** The server wants nothing of us: there will be no further attempt. */
  denied(error: RachisError): void
}

/** A connection that stood for this long was a good one: the next failure counts as the first. */
const stableAfter = 5000

/** Keeps one connection after another up: connects, greets, renews the credentials, waits and connects again. */
export class Lifeline {
  readonly status = new Status({ state: 'connecting', attempt: 1 })
  private connection: Connection | undefined
  /** Counts attempts, to tell what belongs to an older one. */
  private attempt = 0
  private failures = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  private renewal: ReturnType<typeof setTimeout> | undefined
  private readonly hurry = (): void => {
    if (this.status.value.state === 'offline') this.connect()
  }

  constructor(
    private readonly options: LifelineOptions,
    private readonly listener: LifelineListener,
  ) {
    networkEvents.addEventListener?.('online', this.hurry)
  }

  connect(): void {
    clearTimeout(this.retry)
    const attempt = ++this.attempt
    if (this.failures > 0) this.status.next({ state: 'connecting', attempt: this.failures + 1 })
    this.ask().then(
      (credentials) => {
        if (attempt === this.attempt) this.open(attempt, credentials)
      },
      (error: unknown) => {
        if (attempt !== this.attempt) return
        if (error instanceof DeniedError) this.deny(error)
        else this.lost(attempt, new ConnectionError(`there are no credentials: ${describeCause(error)}`, false, { cause: error }))
      },
    )
  }

  /** Ends it with that last status. */
  end(status: TransportStatus): void {
    this.attempt++
    clearTimeout(this.retry)
    clearTimeout(this.renewal)
    networkEvents.removeEventListener?.('online', this.hurry)
    this.connection?.close()
    this.connection = undefined
    this.status.next(status)
  }

  private async ask(): Promise<unknown> {
    return encodeItem(await this.options.credentials?.())
  }

  private open(attempt: number, credentials: unknown): void {
    try {
      const connection = new Connection(this.options.open, this.options, {
        opened: () => {
          this.greet(attempt, connection, credentials)
        },
        line: (line) => {
          this.listener.line(line)
        },
        lost: (error) => {
          this.lost(attempt, error)
        },
      })
      this.connection = connection
    } catch (cause) {
      this.lost(attempt, new ConnectionError(`the connection could not be begun: ${describeCause(cause)}`, false, { cause }))
    }
  }

  private greet(attempt: number, connection: Connection, credentials: unknown): void {
    connection.call('hello', { protocol: protocolVersion, client: 'rachis', ...(credentials !== undefined && { credentials }) }).then(
      (hello) => {
        if (attempt !== this.attempt || this.connection !== connection) return
        if (hello.protocol !== protocolVersion)
          this.deny(
            new ProtocolError(`the server speaks version ${hello.protocol} of the protocol, this client version ${protocolVersion}`),
          )
        else this.online(connection, hello)
      },
      (error: unknown) => {
        if (attempt !== this.attempt) return
        if (error instanceof DeniedError || error instanceof ProtocolError) this.deny(error)
        else this.drop(attempt, connection, error)
      },
    )
  }

  private online(connection: Connection, hello: HelloResult): void {
    const since = new Date()
    connection.greeted(hello)
    this.renewAt(connection, hello.expires)
    this.listener.online(connection, hello)
    this.status.next({ state: 'online', since })
  }

  private renewAt(connection: Connection, expires: number | undefined): void {
    if (expires === undefined) return
    const left = expires - Date.now()
    const delay = Math.min(longestTimer, Math.max(left - Math.min(30_000, left / 10), 1000))
    this.renewal = setTimeout(() => {
      const { attempt } = this
      this.ask()
        .then((credentials) => connection.call('renew', { credentials }))
        .then(
          (result) => {
            if (attempt === this.attempt) this.renewAt(connection, result.expires)
          },
          (error: unknown) => {
            // The next greeting asks for credentials again, and what it is answered is final.
            this.drop(attempt, connection, error)
          },
        )
    }, delay)
  }

  private drop(attempt: number, connection: Connection, cause: unknown): void {
    if (attempt !== this.attempt || this.connection !== connection) return
    connection.close()
    this.lost(attempt, cause instanceof RachisError ? cause : new ConnectionError(describeCause(cause), false, { cause }))
  }

  private lost(attempt: number, error: RachisError): void {
    if (attempt !== this.attempt) return
    this.connection = undefined
    clearTimeout(this.renewal)
    const { value } = this.status
    if (value.state === 'online') {
      if (Date.now() - value.since.getTime() >= stableAfter) this.failures = 0
      this.listener.offline()
    }
    this.failures++
    const delay = backoffDelay(this.failures, this.options.backoff)
    this.retry = setTimeout(this.hurry, delay)
    this.status.next({ state: 'offline', reason: error.message, attempt: this.failures, retryAt: new Date(Date.now() + delay) })
  }

  private deny(error: RachisError): void {
    const wasOnline = this.status.value.state === 'online'
    if (wasOnline) this.listener.offline()
    this.listener.denied(error)
    this.end({ state: 'denied', error })
  }
}

/** The window of a browser tells when the network is back; Node has nothing like it. */
const networkEvents = globalThis as {
  addEventListener?: (type: string, listener: () => void) => void
  removeEventListener?: (type: string, listener: () => void) => void
}
