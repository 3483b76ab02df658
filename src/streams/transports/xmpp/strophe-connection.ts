/**
 * What is used of a `Strophe.Connection`, by shape: a connection of any copy of strophe.js can be adopted. The names with an underscore are
 * strophe's private ones; each stands in front of something that its public ones get wrong.
 */
export interface StropheConnection {
  jid: string
  pass?: unknown
  readonly authenticated: boolean
  readonly connected: boolean
  readonly disconnecting: boolean
  readonly sm?: StropheStreamManagement | undefined
  connect_callback: ConnectCallback | null
  _data: unknown[]
  readonly _proto: StropheProtocol
  connect(jid: string, pass: never, callback?: ConnectCallback): void
  disconnect(reason?: string): void
  reset(): void
  pause(): void
  send(stanza: Element): void
  flush(): void
  addHandler(handler: (stanza: Element) => boolean, ns: null, name: null, type: null): StropheHandler
  deleteHandler(handler: never): void
  _changeConnectStatus: ConnectCallback
  _doDisconnect(condition?: string | null): void
  /** Those of stream management. */
  readonly _smHandlers?: readonly StropheHandler[]
  _sasl_challenge_cb(challenge: Element): Promise<boolean>
}

/** `status` is one of `Strophe.Status`. A method's type, so that strophe's own, which is told `condition` for sure, fits. */
export type ConnectCallback = { told(status: number, condition?: string | null, element?: Element): void }['told']

export interface StropheHandler {
  readonly name: string | null
  isMatch(stanza: Element): boolean
}

export interface StropheProtocol {
  /** The WebSocket; that of the package `ws` can be cut at once. */
  socket?: StropheSocket | null
  _abortAllRequests(): void
  _send(): void
  _connect(...args: unknown[]): void
  /** Of a WebSocket. */
  _onError?: (event: { readonly message?: string }) => void
  _onInitialMessage?: (...args: unknown[]) => void
  _onMessage?: (...args: unknown[]) => void
  _onRequestStateChange?: (...args: unknown[]) => void
  _streamWrap?: (stanza: string) => string
  _checkStreamError?: (wrapper: Element, status: number) => boolean
}

/** A request of BOSH. */
export interface StropheRequest {
  readonly xhr: { readonly readyState: number; readonly status: number; readonly statusText: string }
}

export interface StropheSocket {
  onclose: (() => void) | null
  onmessage: ((event: { readonly data: string }) => void) | null
  addEventListener(type: 'error', listener: () => void): void
  close(): void
  terminate?(): void
}

export interface StropheStreamManagement {
  readonly resumed: boolean
  hasResumableState(): boolean
  onFailed(view?: unknown, resumeFailed?: boolean): void
  _pendingResend?: readonly { readonly stanza: string }[]
}

/** strophe's class of BOSH requests. */
export interface RequestClass {
  readonly prototype: { _newXHR(this: { func(request: unknown): void }): unknown }
}
