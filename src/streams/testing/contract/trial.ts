import type { Feed, Key } from '../../event.js'
import type { FeedNode, Transport } from '../../node.js'
import type { LawOptions } from '../check-laws.js'
import type { ContractNote, ContractServer, TransportDriver } from './driver.js'
import { Recorder } from './recorder.js'
import { text } from './expect.js'

/** What a claim of the contract is tried on; everything it makes is ended after it. */
export class Trial {
  private readonly transports: Transport[] = []
  private readonly recorders: Recorder<never>[] = []

  constructor(
    readonly server: ContractServer,
    readonly pageOrder: NonNullable<TransportDriver['pageOrder']>,
  ) {}

  /** Another client. */
  transport(options?: { readonly steady?: boolean }): Transport {
    const transport = this.server.transport(options)
    this.transports.push(transport)
    return transport
  }

  /** The node `notes` of a new client. */
  notes(options?: { readonly steady?: boolean }): FeedNode<ContractNote> {
    return this.transport(options).node<ContractNote>('notes')
  }

  record<T>(feed: Feed<T>, options?: LawOptions & { readonly known?: Iterable<readonly [Key, T]> }): Recorder<T> {
    const recorder = new Recorder(feed, options)
    this.recorders.push(recorder as unknown as Recorder<never>)
    return recorder
  }

  /** What its feeds show, for who has to find out what it waits for. */
  describe(): string {
    return this.recorders.map(({ commits, state }) => (commits === 0 ? 'a feed is not ready' : `a feed shows ${text(state)}`)).join('; ')
  }

  async end(): Promise<void> {
    for (const recorder of this.recorders) recorder.subscription.unsubscribe()
    await Promise.all(this.transports.map((transport) => transport.close()))
  }
}

/** Claims by the names of their cases. */
export type Claims = Readonly<Record<string, (trial: Trial) => Promise<void>>>
