import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocketServer } from 'ws'
import type { Peer } from '../hub/hub.js'
import type { Link } from '../hub/outlet.js'
import { webSocketLink } from './links.js'
import { isOriginAllowed, type OriginCheck } from './origin.js'

/** Who takes what comes over one WebSocket. */
export interface Receiver {
  receive(chunk: Uint8Array): void
  end(): void
}

/** What WebSockets are accepted, and by whom. */
export interface UpgradeOptions {
  readonly path: string
  readonly origins: OriginCheck | undefined
  /** Silence after which the network is asked whether the client is still there. */
  readonly keepaliveMs: number
  /** Bytes of one message. */
  readonly maxPayload: number
  hasRoom(): boolean
  accept(link: Link, peer: Peer): Receiver
}

/** Accepts WebSockets at one path of an HTTP server; returns how to stop it. What comes for other paths is left to other listeners, if there are any. */
export function acceptWebSockets(server: Server, options: UpgradeOptions): () => void {
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: options.maxPayload,
  })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) !== options.path) {
      if (server.listenerCount('upgrade') === 1) refuse(socket, 404)
      return
    }
    if (!isOriginAllowed(request, options.origins)) refuse(socket, 403)
    else if (!options.hasRoom()) refuse(socket, 503)
    else
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        request.socket.setKeepAlive(true, options.keepaliveMs)
        const peer: Peer = { transport: 'websocket', address: request.socket.remoteAddress, headers: request.headers }
        const receiver = options.accept(webSocketLink(webSocket, socket), peer)
        webSocket.on('message', (data: RawData) => {
          receiver.receive(data as Buffer)
        })
        // A frame that breaks RFC 6455: ws closes the connection itself.
        webSocket.on('error', () => undefined)
        webSocket.on('close', () => {
          receiver.end()
        })
      })
  }
  server.on('upgrade', upgrade)
  return () => {
    server.off('upgrade', upgrade)
    webSockets.close()
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => undefined)
  // HTTP sockets stay half open for as long as the other side likes.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]!}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
