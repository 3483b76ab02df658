import { connect } from 'node:net'
import type { Socket, SocketListener } from './socket.js'

/** Connects over TCP; `undefined` in pages. */
export const openTcpSocket: ((url: URL, listener: SocketListener) => Socket) | undefined = ({ hostname, port }, listener) => {
  let over = false
  let reason = 'the other side closed the connection'
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) })
  socket.setNoDelay(true)
  socket.on('connect', () => {
    listener.opened()
  })
  socket.on('data', (chunk) => {
    if (!over) listener.received(chunk)
  })
  socket.on('error', (error: Error) => {
    reason = error.message || (error as NodeJS.ErrnoException).code || 'the connection failed'
  })
  socket.on('close', () => {
    if (over) return
    over = true
    listener.ended(reason)
  })
  return {
    send(text) {
      if (!over) socket.write(text)
    },
    close() {
      over = true
      socket.destroy()
    },
  }
}
