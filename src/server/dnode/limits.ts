/** What one listener accepts from the network. */
export interface ListenLimits {
  /** Bytes of one line. Default 1 MiB. */
  readonly frameBytes: number
  /** Nesting of the arguments of a call. Default 32. */
  readonly depth: number
  /** Calls of one connection that have not been answered. Default 100. */
  readonly callsInFlight: number
  /** Connections at a time. Default 10,000. */
  readonly connections: number
  /** Until a new connection must have said hello. Default 10,000 ms. */
  readonly handshakeMs: number
  /** How long the network may refuse to take anything for a client. Default 60,000 ms. */
  readonly stalledMs: number
}

export const defaultListenLimits: ListenLimits = {
  frameBytes: 1 << 20,
  depth: 32,
  callsInFlight: 100,
  connections: 10_000,
  handshakeMs: 10_000,
  stalledMs: 60_000,
}
