import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { ArgumentError, ConnectionError, LimitError, type RachisError } from '../../errors.js'
import type { Peer } from '../hub/hub.js'
import type { Link } from '../hub/outlet.js'
import { defaultListenLimits, type ListenLimits } from './limits.js'
import { tcpLink } from './links.js'
import type { OriginCheck } from './origin.js'
import { acceptWebSockets, type Receiver } from './upgrade.js'

/** Where to listen: an existing HTTP server, a port of its own, TCP, or several of them. */
export interface ListenOptions {
  /** An HTTP server, such as the one that `app.listen()` of Express returns. It stays yours: closing the listener leaves it open. */
  readonly server?: HttpServer
  /** Where on the HTTP server. Default `/`. */
  readonly path?: string
  /** A port for WebSockets without a server; 0 for any. */
  readonly port?: number
  /** For `port`. Default: all addresses. */
  readonly host?: string
  /** Plain TCP, for programs. */
  readonly tcp?: { readonly port: number; readonly host?: string }
  /** Which pages may connect. Default: those of the same host. */
  readonly origins?: OriginCheck
  /** Between two pings. A client that is silent for two and a half of them is taken for dead. Default 25,000 ms. */
  readonly keepaliveMs?: number
  readonly limits?: Partial<ListenLimits>
}

/** What is being listened for. */
export interface DnodeListener {
  /** The port of the WebSockets, if it is known. */
  readonly port: number | undefined
  readonly tcpPort: number | undefined
  readonly connections: number
  /** Accepts nobody any more, says goodbye, and resolves when all connections are gone. Idempotent. */
  close(): Promise<void>
}

/** What speaks with one client. */
export interface ListenedSession extends Receiver {
  /** Tells the client why, and ends. */
  fail(error: RachisError): void
  /** Looks after itself; called once in a while. `now` is of the clock that nobody sets. */
  tick(now: number): void
}

/** Makes the session of a new connection, which calls `gone` once at its end. */
export type SessionMaker = (link: Link, peer: Peer, limits: ListenLimits, keepaliveMs: number, gone: () => void) => ListenedSession

/** Listens as `options` say, with a session for each connection. Rejects with `ArgumentError` if a port is in use. */
export async function listenWith(options: ListenOptions, make: SessionMaker): Promise<DnodeListener> {
  const listener = new Listener(options, make)
  try {
    await listener.open()
  } catch (error) {
    await listener.close()
    throw error
  }
  return listener
}

class Listener implements DnodeListener {
  private readonly sessions = new Set<ListenedSession>()
  private readonly limits: ListenLimits
  private readonly keepaliveMs: number
  private readonly timer: NodeJS.Timeout
  private ownServer: HttpServer | undefined
  private tcpServer: TcpServer | undefined
  private stopUpgrades: (() => void) | undefined
  private allGone: (() => void) | undefined
  private closing: Promise<void> | undefined

  constructor(
    private readonly options: ListenOptions,
    private readonly make: SessionMaker,
  ) {
    this.limits = { ...defaultListenLimits, ...options.limits }
    this.keepaliveMs = options.keepaliveMs ?? 25_000
    this.timer = setInterval(() => {
      const now = performance.now()
      for (const session of [...this.sessions]) session.tick(now)
    }, this.keepaliveMs).unref()
  }

  get port(): number | undefined {
    return portOf(this.options.server ?? this.ownServer)
  }

  get tcpPort(): number | undefined {
    return portOf(this.tcpServer)
  }

  get connections(): number {
    return this.sessions.size
  }

  async open(): Promise<void> {
    const { server, port, host, tcp, path = '/', origins } = this.options
    if (server === undefined && port === undefined && tcp === undefined)
      throw new ArgumentError('give a server, a port, or tcp; there is nothing to listen on')
    if (server === undefined && port !== undefined) {
      this.ownServer = createServer((_, response) => {
        response.writeHead(426, { 'content-type': 'text/plain' }).end('This port speaks WebSocket only.\n')
      })
    }
    const http = server ?? this.ownServer
    if (http !== undefined) {
      this.stopUpgrades = acceptWebSockets(http, {
        path,
        origins,
        keepaliveMs: this.keepaliveMs,
        maxPayload: 4 * this.limits.frameBytes,
        hasRoom: () => this.sessions.size < this.limits.connections,
        accept: (link, peer) => this.accept(link, peer),
      })
    }
    if (this.ownServer !== undefined) await listening(this.ownServer, port!, host)
    if (tcp !== undefined) {
      this.tcpServer = createTcpServer((socket) => {
        socket.setNoDelay(true)
        socket.setKeepAlive(true, this.keepaliveMs)
        const session = this.accept(tcpLink(socket), { transport: 'tcp', address: socket.remoteAddress, headers: {} })
        socket.on('data', (chunk: Buffer) => {
          session.receive(chunk)
        })
        socket.on('error', () => undefined)
        socket.on('close', () => {
          session.end()
        })
        if (this.sessions.size > this.limits.connections)
          session.fail(new LimitError('the server has as many connections as it takes', 'connections', this.limits.connections))
      })
      await listening(this.tcpServer, tcp.port, tcp.host)
    }
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown()
    return this.closing
  }

  private async shutDown(): Promise<void> {
    clearInterval(this.timer)
    this.stopUpgrades?.()
    const closed = [this.ownServer, this.tcpServer].filter((server) => server !== undefined).map(stopped)
    const gone = new Promise<void>((resolve) => {
      this.allGone = resolve
    })
    for (const session of [...this.sessions]) session.fail(new ConnectionError('the server is shutting down'))
    if (this.sessions.size > 0) await gone
    await Promise.all(closed)
  }

  private accept(link: Link, peer: Peer): ListenedSession {
    const session: ListenedSession = this.make(link, peer, this.limits, this.keepaliveMs, () => {
      this.sessions.delete(session)
      if (this.sessions.size === 0) this.allGone?.()
    })
    this.sessions.add(session)
    return session
  }
}

function portOf(server: HttpServer | TcpServer | undefined): number | undefined {
  return (server?.address() as AddressInfo | null | undefined)?.port
}

function listening(server: HttpServer | TcpServer, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use: choose another' : `can't be listened on: ${cause.message}`
      reject(new ArgumentError(`port ${port}${host === undefined ? '' : ` of ${host}`} ${why}`, { cause }))
    })
    server.listen(port, host, resolve)
  })
}

function stopped(server: HttpServer | TcpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  })
}
