import { afterEach, beforeEach, describe, it } from 'mocha'
import type { Feed, Key } from '../../src/streams/event.js'
import type { FeedNode, Transport } from '../../src/streams/node.js'
import type { LawOptions } from '../../src/streams/testing/check-laws.js'
import type { ContractDriver, ContractEnv, Note } from './driver.js'
import { feedClaims } from './feed-claims.js'
import { outageClaims } from './outage-claims.js'
import { Recorder } from './recorder.js'
import { writeClaims } from './write-claims.js'

/** What a claim of the contract is tried on; everything it makes is ended after it. */
export interface Trial {
  readonly env: ContractEnv
  transport(options?: { readonly steady?: boolean }): Transport
  /** The node `notes` of a new client. */
  notes(options?: { readonly steady?: boolean }): FeedNode<Note>
  record<T>(feed: Feed<T>, options?: LawOptions & { readonly known?: Iterable<readonly [Key, T]> }): Recorder<T>
}

/** Claims by title. */
export type Claims = Readonly<Record<string, (trial: Trial) => Promise<void>>>

/** Runs the whole contract against the transport that `driver` starts. */
export function describeTransport(name: string, driver: ContractDriver): void {
  describe(`${name} keeps the contract of transports`, () => {
    let env: ContractEnv
    let transports: Transport[] = []
    let recorders: Recorder<never>[] = []

    beforeEach(async () => {
      env = await driver.start()
    })

    afterEach(async () => {
      for (const recorder of recorders) recorder.subscription.unsubscribe()
      await Promise.all(transports.map((transport) => transport.close()))
      transports = []
      recorders = []
      await env.stop()
    })

    const trial = (): Trial => ({
      env,
      transport(options) {
        const transport = env.transport(options)
        transports.push(transport)
        return transport
      },
      notes(options) {
        return this.transport(options).node<Note>('notes')
      },
      record(feed, options) {
        const recorder = new Recorder(feed, options)
        recorders.push(recorder as unknown as Recorder<never>)
        return recorder
      },
    })

    for (const [part, claims] of Object.entries({ feeds: feedClaims, writes: writeClaims, outages: outageClaims })) {
      describe(part, () => {
        for (const [title, claim] of Object.entries(claims)) {
          if (driver.gaps?.includes(title) === true) it(`known gap: ${title}`, () => stillFails(claim(trial())))
          else it(title, () => claim(trial()))
        }
      })
    }
  })
}

async function stillFails(claim: Promise<void>): Promise<void> {
  const held = await claim.then(
    () => true,
    () => false,
  )
  if (held) throw new Error('this gap is closed: take it from the list')
}
