import { ConnectionError } from '../../../errors.js'
import { openNodeWebSocket } from './node-web-socket.js'
import type { Socket, SocketListener } from './socket.js'

/** The part of the WebSocket of browsers that is used here. */
export interface WebSocketLike {
  binaryType: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

/** A constructor of WebSockets, such as `globalThis.WebSocket`. */
export type WebSocketConstructor = new (url: string) => WebSocketLike

/** Connects over WebSocket: with `constructor`, else with `ws` where there is Node, else with the browser's. */
export function openWebSocket(url: string, frameBytes: number, listener: SocketListener, constructor?: WebSocketConstructor): Socket {
  const socket = makeWebSocket(url, frameBytes, constructor)
  let over = false
  const end = (reason: string): void => {
    if (over) return
    over = true
    listener.ended(reason)
  }
  socket.binaryType = 'arraybuffer'
  socket.onopen = () => {
    if (!over) listener.opened()
  }
  socket.onmessage = ({ data }: { readonly data: unknown }) => {
    if (!over) listener.received(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer))
  }
  socket.onerror = (event: { readonly message?: unknown }) => {
    end(typeof event.message === 'string' && event.message !== '' ? event.message : 'the connection failed')
  }
  socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
    end(reason !== '' ? reason : `the connection was closed (${code})`)
  }
  return {
    send(text) {
      if (!over) socket.send(text)
    },
    close() {
      over = true
      // `ws` reports an error when it is closed while it connects, and a closing handshake with a dead peer would take long.
      const { terminate } = socket as { terminate?: () => void }
      if (terminate === undefined) socket.close()
      else terminate.call(socket)
    },
  }
}

function makeWebSocket(url: string, frameBytes: number, constructor: WebSocketConstructor | undefined): WebSocketLike {
  if (constructor !== undefined) return new constructor(url)
  // A message may hold many lines: only what is far beyond one line is refused here.
  if (openNodeWebSocket !== undefined) return openNodeWebSocket(url, frameBytes * 16)
  if (typeof WebSocket === 'undefined') throw new ConnectionError('there is no WebSocket here: pass one as option')
  return new WebSocket(url)
}
