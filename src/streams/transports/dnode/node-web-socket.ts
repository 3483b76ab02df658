import { WebSocket } from 'ws'
import type { WebSocketLike } from './web-socket.js'

/** A WebSocket by the package `ws`; pages have their own and get `undefined` here. */
export const openNodeWebSocket: ((url: string, longestMessage: number) => WebSocketLike) | undefined = (url, maxPayload) =>
  new WebSocket(url, { perMessageDeflate: false, maxPayload })
