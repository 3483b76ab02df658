import type { Hub } from '../hub/hub.js'
import { type DnodeListener, type ListenOptions, listenWith } from './listener.js'
import { Session } from './session.js'

export type { ListenLimits } from './limits.js'
export type { DnodeListener, ListenOptions } from './listener.js'
export type { OriginCheck } from './origin.js'

/**
 * Serves a hub over WebSocket and TCP with the protocol of docs/protocol.md. Whatever bytes come, nothing throws; who breaks the protocol or a limit is told
 * why and disconnected. Rejects with `ArgumentError` if a port is in use.
 *
 * ```ts
 * const server = app.listen(8080)
 * const listener = await listenDnode(hub, { server, path: '/live', tcp: { port: 8081, host: '127.0.0.1' } })
 * ```
 */
export function listenDnode<U>(hub: Hub<U>, options: ListenOptions): Promise<DnodeListener> {
  return listenWith(options, (...args) => new Session(hub as unknown as Hub<never>, ...args))
}
