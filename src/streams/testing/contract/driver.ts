import type { Transport } from '../../node.js'

/** The item of the contract's nodes. A server refuses, with `ValidationError` and `fields.title`, one whose `title` is empty or missing. */
export interface ContractNote {
  title: string
  n?: number
  done?: boolean
  at?: Date
  tags?: string[]
}

/**
 * A server, or whatever stands for one, with two nodes that are empty at first: `notes`, in which everybody may do everything, and `sealed`,
 * of which nobody may read or write anything. There is no node `nowhere`. Ids are texts that the client may choose.
 */
export interface ContractServer {
  /** Another client; the contract closes it. A `steady` one is spared by `outage`. */
  transport(options?: { readonly steady?: boolean }): Transport
  /** Cuts all clients off, but for the steady ones, until what it returns is called. */
  outage(): Promise<() => Promise<void>>
  /** Resolves when nothing is held for clients that are closed; missing where there is nothing to look at. */
  released?(): Promise<void>
  /** Ends it, when all its clients are closed. */
  stop(): Promise<void>
}

/** What a transport adds to be tested by the contract. */
export interface TransportDriver {
  /** A new server; each case has one of its own. */
  start(): Promise<ContractServer>
  /** The order of a page's items: that of their keys, or that in which they were first published. Default `'keys'`. */
  readonly pageOrder?: 'keys' | 'arrival'
  /** Names of the cases that the transport is known to fail. One that no longer fails makes the run fail, so that the list stays true. */
  readonly gaps?: readonly string[]
  /** How long one case may take before it has failed. Default 10,000 ms. */
  readonly timeoutMs?: number
}
