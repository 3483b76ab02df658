import { ArgumentError } from '../../../errors.js'
import type { OpenSocket } from './socket.js'
import { openTcpSocket } from './tcp-socket.js'
import { openWebSocket, type WebSocketConstructor } from './web-socket.js'

/** How sockets for `address` are opened; throws `ArgumentError` if it is not one of `ws:`, `wss:`, `tcp:`. */
export function socketOpener(address: string, frameBytes: number, constructor?: WebSocketConstructor): OpenSocket {
  let url: URL
  try {
    url = new URL(address)
  } catch (cause) {
    throw new ArgumentError(`${JSON.stringify(address)} is not a URL`, { cause })
  }
  switch (url.protocol) {
    case 'ws:':
    case 'wss:':
      return (listener) => openWebSocket(address, frameBytes, listener, constructor)
    case 'tcp:': {
      const openTcp = openTcpSocket
      if (openTcp === undefined) throw new ArgumentError(`${address}: a page can connect to ws: and wss: only`)
      if (url.port === '') throw new ArgumentError(`${address} has no port; write tcp://host:port`)
      return (listener) => openTcp(url, listener)
    }
    default:
      throw new ArgumentError(`${address} is no address: it begins with ws:, wss: or tcp:`)
  }
}
