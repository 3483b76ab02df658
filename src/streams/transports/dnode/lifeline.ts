import { ConnectionError, DeniedError, describeCause, ProtocolError, type RachisError } from '../../../errors.js'
import type { TransportStatus } from '../../node.js'
import type { BackoffOptions } from '../backoff.js'
import { Reconnect } from '../reconnect.js'
import type { Status } from '../status.js'
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

/** Keeps one connection after another up: connects, greets, renews the credentials, waits and connects again. */
export class Lifeline {
  private readonly reconnect: Reconnect
  private connection: Connection | undefined
  /** Counts attempts, to tell what belongs to an older one. */
  private attempt = 0
  private renewal: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly options: LifelineOptions,
    private readonly listener: LifelineListener,
  ) {
    this.reconnect = new Reconnect(() => {
      this.try()
    }, options.backoff)
  }

  get status(): Status {
    return this.reconnect.status
  }

  connect(): void {
    this.reconnect.connect()
  }

  /** Ends it with that last status. */
  end(status: TransportStatus): void {
    this.leave()
    this.reconnect.end(status)
  }

  private try(): void {
    const attempt = ++this.attempt
    this.begin(attempt).catch((error: unknown) => {
      if (attempt !== this.attempt) return
      if (error instanceof DeniedError || error instanceof ProtocolError) this.deny(error)
      else this.lost(attempt, error)
    })
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
    this.reconnect.online(since)
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
    if (this.status.value.state === 'online') this.listener.offline()
    this.reconnect.lost(error)
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
