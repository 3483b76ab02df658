export { connectDnode, type DnodeOptions } from './transport.js'
export type { FrameLimits } from './frame.js'
export type { WebSocketConstructor, WebSocketLike } from './web-socket.js'
export type { BackoffOptions } from '../backoff.js'
