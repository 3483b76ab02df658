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
    gather: gathering(socket),
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
    gather: gathering(socket),
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

/** After so many turns that told hardly any socket more than one thing, what is told goes out at once. */
const patience = 8
/** How many turns will still be gathered. */
let gathered = 0
let turn = 0
/** How many sockets this turn has told something, and how many things more. */
let told = 0
let more = 0
let corked: Duplex[] = []

/**
 * Call before each thing that is told: it makes one system call of all that a turn of the event loop tells a socket. Where turns tell each socket one thing,
 * that would only keep the first ones waiting for the last, and isn't done.
 */
function gathering(socket: Duplex): () => void {
  let lastTurn = -1
  return () => {
    if (told === 0) setImmediate(endTurn)
    if (lastTurn === turn) more++
    else told++
    lastTurn = turn
    if (more * 2 >= told) gathered = patience
    if (gathered === 0 || socket.writableCorked > 0) return
    socket.cork()
    corked.push(socket)
  }
}

function endTurn(): void {
  turn++
  told = more = 0
  if (gathered > 0) gathered--
  const sockets = corked
  corked = []
  for (const each of sockets) each.uncork()
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
