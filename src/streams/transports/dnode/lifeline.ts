import { ConnectionError, DeniedError, describeCause, ProtocolError, type RachisError } from '../../../errors.js'
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
    this.begin(attempt).catch((error: unknown) => {
      if (attempt !== this.attempt) return
      if (error instanceof DeniedError || error instanceof ProtocolError) this.deny(error)
      else this.lost(attempt, error)
    })
  }

  /** Ends it with that last status. */
  end(status: TransportStatus): void {
    this.leave()
    clearTimeout(this.retry)
    networkEvents.removeEventListener?.('online', this.hurry)
    this.status.next(status)
  }

  private async ask(): Promise<unknown> {
    try {
      return encodeItem(await this.options.credentials?.())
    } catch (cause) {
      throw cause instanceof DeniedError ? cause : new ConnectionError(`there are no credentials: ${describeCause(cause)}`)
    }
  }

  /** From the credentials to the answered greeting. */
  private async begin(attempt: number): Promise<void> {
    const credentials = await this.ask()
    if (attempt !== this.attempt) return
    const connection = await this.open(attempt)
    const greeting = { protocol: protocolVersion, client: 'rachis', ...(credentials !== undefined && { credentials }) }
    const hello = await connection.call('hello', greeting)
    if (attempt !== this.attempt) return
    if (hello.protocol !== protocolVersion)
      throw new ProtocolError(`the server speaks version ${hello.protocol} of the protocol, this client version ${protocolVersion}`)
    const since = new Date()
    connection.greeted(hello)
    this.renewAt(connection, hello.expires)
    this.listener.online(connection, hello)
    this.status.next({ state: 'online', since })
  }

  private open(attempt: number): Promise<Connection> {
    return new Promise((resolve) => {
      const connection = new Connection(this.options.open, this.options, {
        opened: () => {
          resolve(connection)
        },
        line: (line) => {
          this.listener.line(line)
        },
        lost: (error) => {
          this.lost(attempt, error)
        },
      })
      this.connection = connection
    })
  }

  private renewAt(connection: Connection, expires: number | undefined): void {
    if (expires === undefined) return
    const { attempt } = this
    const left = expires - Date.now()
    const delay = Math.min(longestTimer, Math.max(left - Math.min(30_000, left / 10), 1000))
    this.renewal = setTimeout(() => {
      this.ask()
        .then((credentials) => connection.call('renew', { credentials }))
        .then((result) => {
          if (attempt === this.attempt) this.renewAt(connection, result.expires)
        })
        // The next greeting asks for credentials again, and what it is answered is final.
        .catch((error: unknown) => {
          this.lost(attempt, error)
        })
    }, delay)
  }

  /** The attempt is over, however far it came: the next one follows. */
  private lost(attempt: number, error: unknown): void {
    if (attempt !== this.attempt) return
    this.leave()
    const { value } = this.status
    if (value.state === 'online') {
      if (Date.now() - value.since.getTime() >= stableAfter) this.failures = 0
      this.listener.offline()
    }
    this.failures++
    const delay = backoffDelay(this.failures, this.options.backoff)
    this.retry = setTimeout(this.hurry, delay)
    this.status.next({
      state: 'offline',
      reason: describeCause(error),
      attempt: this.failures,
      retryAt: new Date(Date.now() + delay),
    })
  }

  /** Whatever the attempt has on the way is void. */
  private leave(): void {
    this.attempt++
    clearTimeout(this.renewal)
    this.connection?.close()
    this.connection = undefined
  }

  private deny(error: RachisError): void {
    this.listener.denied(error)
    this.end({ state: 'denied', error })
  }
}

/** The window of a browser tells when the network is back; Node has nothing like it. */
const networkEvents = globalThis as {
  addEventListener?: (type: string, listener: () => void) => void
  removeEventListener?: (type: string, listener: () => void) => void
}
