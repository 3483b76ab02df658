import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { Frame } from '../hub/frame.js'
import type { Link } from '../hub/outlet.js'

/** How long a client may take to close what we have closed. */
const closingMs = 2_000

/** Lines over a TCP connection. */
export function tcpLink(socket: Socket): Link {
  return {
    send: (frame) => {
      if (socket.writable) socket.write(frame.lines)
    },
    gather: () => {
      gather(socket)
    },
    get buffered() {
      return socket.writableLength
    },
    onDrain: (listener) => {
      onDrain(socket, listener)
    },
    close: () => {
      socket.end()
      destroyLater(socket)
    },
    destroy: () => {
      socket.destroy()
    },
  }
}

/**
 * Lines over a WebSocket. Messages are framed once for all connections and written past `ws`, straight to the socket: safe because nothing is
 * compressed and nothing else is sent but control frames, which `ws` writes at once and whole.
 */
export function webSocketLink(webSocket: WebSocket, socket: Duplex): Link {
  return {
    send: (frame: Frame) => {
      if (webSocket.readyState === WebSocket.OPEN && socket.writable) socket.write(frame.webSocket)
    },
    gather: () => {
      gather(socket)
    },
    get buffered() {
      return socket.writableLength
    },
    onDrain: (listener) => {
      onDrain(socket, listener)
    },
    close: () => {
      webSocket.close(1000)
      destroyLater(socket)
    },
    destroy: () => {
      webSocket.terminate()
    },
  }
}

/** Those that are corked until the end of this turn. */
let gathering: Duplex[] = []

function gather(socket: Duplex): void {
  if (socket.writableCorked > 0) return
  if (gathering.length === 0)
    setImmediate(() => {
      const corked = gathering
      gathering = []
      for (const each of corked) each.uncork()
    })
  socket.cork()
  gathering.push(socket)
}

function onDrain(socket: Duplex, listener: () => void): void {
  const once = (): void => {
    socket.off('drain', once)
    socket.off('close', once)
    listener()
  }
  socket.on('drain', once)
  socket.on('close', once)
}

function destroyLater(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), closingMs)
  socket.once('close', () => {
    clearTimeout(timer)
  })
}
