/** What one seed-style connection may ask for. */
export interface SeedLimits {
  /** Bytes of one call's arguments. Default 1 MiB. */
  readonly frameBytes: number
  /** Nesting of the arguments of a call. Default 32. */
  readonly depth: number
  /** Calls that have not been answered. Default 100. */
  readonly callsInFlight: number
  /** Channels subscribed to. Default 200. */
  readonly subscriptions: number
  /** Documents of one `read`. Default 10,000. */
  readonly rows: number
  /**
   * Bytes that may wait for the network: at an event that goes beyond, or an answer that comes on top of them, the connection is ended. An old
   * client can't be told later what it missed. Default 16 MiB.
   */
  readonly buffered: number
  /** How long after its answer a client's callback is freed: a function that serves several calls is not to go between two. Default 1,000 ms. */
  readonly callbackMs: number
}

export const defaultSeedLimits: SeedLimits = {
  frameBytes: 1 << 20,
  depth: 32,
  callsInFlight: 100,
  subscriptions: 200,
  rows: 10_000,
  buffered: 16 << 20,
  callbackMs: 1_000,
}
