import { type TransportDriver, transportContract } from '../../src/streams/testing/index.js'

/** Registers the contract's cases for the transport that `driver` starts. */
export function describeTransport(name: string, driver: TransportDriver): void {
  describe(`${name} keeps the contract of transports`, () => {
    const cases = transportContract(driver)
    for (const part of new Set(cases.map((one) => one.part))) {
      describe(part, () => {
        for (const { name: title, knownGap, run } of cases.filter((one) => one.part === part)) {
          it(knownGap ? `known gap: ${title}` : title, run)
        }
      })
    }
  })
}
