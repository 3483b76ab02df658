import { ArgumentError, ContractError, describeCause } from '../../../errors.js'
import type { TransportDriver } from './driver.js'
import { feedClaims } from './feed-claims.js'
import { outageClaims } from './outage-claims.js'
import { queryClaims } from './query-claims.js'
import { resumeClaims } from './resume-claims.js'
import { type Claims, Trial } from './trial.js'
import { writeClaims } from './write-claims.js'

const contract = [
  ['a feed', feedClaims],
  ['a query', queryClaims],
  ['a write', writeClaims],
  ['an outage', outageClaims],
  ['resuming', resumeClaims],
] as const

/** One promise of the contract of transports, to be tried. */
export interface ContractCase {
  /** What is promised; unique. */
  readonly name: string
  /** What the promise is about: cases of one part stand together. */
  readonly part: 'a feed' | 'a query' | 'a write' | 'an outage' | 'resuming'
  /** The driver's list of gaps has it: it passes as long as the promise is broken. */
  readonly knownGap: boolean
  /**
   * Tries it on a server of its own and takes everything down again. Rejects with `ContractError` if the promise is broken, or if a known gap
   * is closed; with what the driver threw if the server couldn't be started or stopped.
   */
  run(): Promise<void>
}

/**
 * The contract that every transport keeps, as cases for any test runner; each stands on its own, in any order. All feeds are read under
 * `checkLaws`. Throws `ArgumentError` if a gap is the name of no case.
 *
 * ```ts
 * describe('my transport', () => {
 *   for (const { name, run } of transportContract({ start: startMyServer })) it(name, run)
 * })
 * ```
 */
export function transportContract(driver: TransportDriver): readonly ContractCase[] {
  const gaps = new Set(driver.gaps)
  const cases = contract.flatMap(([part, claims]) =>
    Object.entries<Claims[string]>(claims).map(([name, claim]): ContractCase => {
      const knownGap = gaps.delete(name)
      return { name, part, knownGap, run: () => tryOut(driver, name, claim, knownGap) }
    }),
  )
  for (const gap of gaps) throw new ArgumentError(`transportContract: no case has the name of the gap ${JSON.stringify(gap)}`)
  return cases
}

async function tryOut(driver: TransportDriver, name: string, claim: Claims[string], knownGap: boolean): Promise<void> {
  const server = await driver.start()
  const trial = new Trial(server, driver.pageOrder ?? 'keys')
  const broken = await inTime(claim, trial, driver.timeoutMs ?? 10_000).then(
    () => undefined,
    (cause: unknown) => new ContractError(name, describeCause(cause), { cause }),
  )
  const verdict = knownGap ? (broken ? undefined : new ContractError(name, 'this gap is closed: take it from the list')) : broken
  try {
    await trial.end().finally(() => server.stop())
  } catch (error) {
    throw verdict ?? error
  }
  if (verdict !== undefined) throw verdict
}

async function inTime(claim: Claims[string], trial: Trial, timeoutMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it was not done within ${timeoutMs} ms; ${trial.describe()}`))
    }, timeoutMs)
  })
  try {
    await Promise.race([claim(trial), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
