import type { Transport } from '../../src/streams/node.js'

/** The item of the contract's nodes. A server validates that `title` is a text that isn't empty (`fields.title`). */
export interface Note {
  title: string
  n?: number
  done?: boolean
  at?: Date
  tags?: string[]
}

/**
 * A server, or whatever stands for one, with two nodes: `notes`, in which everybody may do everything, and `sealed`, of which nobody may
 * read or write anything. There is no node `nowhere`. Ids are texts that the client may choose.
 */
export interface ContractEnv {
  /** Another client. A `steady` one is spared by `outage`. */
  transport(options?: { readonly steady?: boolean }): Transport
  /** Cuts all clients off, but for the steady ones, until what it returns is called. */
  outage(): Promise<() => Promise<void>>
  /** Waits until nothing is held for clients that are closed; missing where there is nothing to look at. */
  released?(): Promise<void>
  stop(): Promise<void>
}

/** What a transport adds to be tested by the contract. */
export interface ContractDriver {
  start(): Promise<ContractEnv>
  /** Titles of the tests that it is known to fail. One that no longer fails makes the run fail, so that the list stays true. */
  readonly gaps?: readonly string[]
}
