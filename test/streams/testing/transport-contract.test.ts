import assert from 'node:assert/strict'
import { filter, NEVER } from 'rxjs'
import { ArgumentError } from '../../../src/errors.js'
import type { FeedNode, Transport } from '../../../src/streams/node.js'
import {
  ContractError,
  type ContractNote,
  type ContractServer,
  MemoryStore,
  MemoryTransport,
  type TransportDriver,
  transportContract,
} from '../../../src/streams/testing/index.js'

type Node = FeedNode<ContractNote>

/** The memory transport, with some methods of its nodes replaced. */
function spoilt(spoil: (node: Node) => Partial<Node>, stop = () => Promise.resolve()): () => Promise<ContractServer> {
  return () => {
    const store = new MemoryStore({ nodes: ['notes'] })
    const transport = (): Transport => {
      const inner = new MemoryTransport({ store })
      return {
        status$: inner.status$,
        node: <T extends object>(name: string) => {
          const node = inner.node<ContractNote>(name)
          return new Proxy(node, {
            get: (target, key) => (spoil(node) as never)[key] ?? bound(target, key),
          }) as unknown as FeedNode<T>
        },
        close: () => inner.close(),
      }
    }
    return Promise.resolve({ transport, outage: () => Promise.reject(new Error('there are no outages')), stop })
  }
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key)
  return typeof value === 'function' ? value.bind(target) : value
}

const caseOf = (name: string, driver: TransportDriver) => transportContract(driver).find((one) => one.name === name)!

async function failureOf(name: string, driver: TransportDriver): Promise<ContractError> {
  const error = await caseOf(name, driver)
    .run()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  assert.ok(error instanceof ContractError, String(error))
  return error
}

const faults: [fault: string, name: string, spoil: (node: Node) => Partial<Node>, message: RegExp][] = [
  [
    'loses what is retracted',
    'what another client writes arrives as events',
    (node) => ({ feed: (query) => node.feed(query).pipe(filter(({ type }) => type !== 'retract')) }),
    /expected \["publish a","change a","retract a","publish z"\], found/,
  ],
  [
    'starts without reset',
    'an empty feed is ready',
    (node) => ({ feed: (query) => node.feed(query).pipe(filter(({ type }) => type !== 'reset')) }),
    /law 2/,
  ],
  ['forgets what to unset', 'patch sets and unsets fields', (node) => ({ patch: (id, set) => node.patch(id, set) }), /found .*"n":1/],
  [
    'overwrites what it should create',
    'create refuses an id that is taken',
    (node) => ({ publish: (item, options) => node.publish(item, { ...options, create: false }) }),
    /expected a ConflictError, but the call resolved to "a"/,
  ],
  [
    'fails with an error that says nothing',
    'patch and retract of an id that is not there are MissingErrors',
    () => ({ patch: () => Promise.reject(new TypeError('oops')) }),
    /expected the error to be a MissingError, found TypeError: oops/,
  ],
  ['never gets ready', 'a snapshot comes as publishes and one commit', () => ({ feed: () => NEVER }), /within 50 ms; a feed is not ready/],
]

describe('the contract of transports', () => {
  for (const [fault, name, spoil, message] of faults) {
    it(`finds a transport that ${fault}`, async () => {
      const error = await failureOf(name, { start: spoilt(spoil), timeoutMs: 50 })
      assert.equal(error.promise, name)
      assert.match(error.message, message)
    })

    it(`lets a transport pass that is known for this: it ${fault}`, () =>
      caseOf(name, { start: spoilt(spoil), timeoutMs: 50, gaps: [name] }).run())
  }

  it('fails for a gap that is closed', async () => {
    const name = 'an empty feed is ready'
    const error = await failureOf(name, { start: spoilt(() => ({})), gaps: [name] })
    assert.match(error.message, /gap is closed/)
  })

  it('refuses a gap that is no case', () => {
    assert.throws(() => transportContract({ start: spoilt(() => ({})), gaps: ['tea at five'] }), ArgumentError)
  })

  it('stops the server, whether the promise is kept or broken', async () => {
    let stopped = 0
    const stop = () => Promise.resolve(void stopped++)
    await caseOf('an empty feed is ready', { start: spoilt(() => ({}), stop) }).run()
    await failureOf('an empty feed is ready', { start: spoilt(() => ({ feed: () => NEVER }), stop), timeoutMs: 10 })
    assert.equal(stopped, 2)
  })

  it('hands on what the driver throws, also for a known gap', async () => {
    const name = 'an empty feed is ready'
    const [cannotStart, cannotStop] = [new Error('no port is free'), new Error('the port is still in use')]
    await assert.rejects(caseOf(name, { start: () => Promise.reject(cannotStart), gaps: [name] }).run(), cannotStart)
    const start = spoilt(
      () => ({ feed: () => NEVER }),
      () => Promise.reject(cannotStop),
    )
    await assert.rejects(caseOf(name, { start, gaps: [name], timeoutMs: 10 }).run(), cannotStop)
  })

  it('has a name of its own for every case', () => {
    const names = transportContract({ start: spoilt(() => ({})) }).map(({ name }) => name)
    assert.equal(new Set(names).size, names.length)
    assert.ok(names.length >= 44)
  })
})
