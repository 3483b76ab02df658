import assert from 'node:assert/strict'
import { mock } from 'node:test'
import fc from 'fast-check'
import { Subscription } from 'rxjs'
import { ConnectionError, MissingError } from '../../../../src/errors.js'
import { asMap } from '../../../../src/streams/index.js'
import { checkLaws } from '../../../../src/streams/testing/index.js'
import '../../../seed.js'
import { ModelServer } from './model-server.js'
import type { Row } from './stub-node.js'

const runs = 500
const ids = ['a', 'b', 'c', 'd']

/** What happens next: a move, and what it is made with. */
type Step = readonly [move: keyof typeof moves, which: number, pause: boolean]

/** The moves of the server, of its other clients, of the network and of the client itself. */
const moves = {
  put: (history: History, which: number) => {
    history.server.put(ids[which % 4]!, which)
  },
  putBare: (history: History, which: number) => {
    history.server.put(ids[which % 4]!, which, true)
  },
  remove: ({ server }: History, which: number) => {
    server.remove(ids[which % 4]!)
  },
  removeTwo: ({ server }: History, which: number) => {
    server.remove(ids[which % 4]!, ids[(which + 1) % 4]!)
  },
  purge: ({ server }: History) => {
    server.purge()
  },
  configure: ({ server }: History) => {
    server.configure()
  },
  work: ({ server }: History) => void server.work(),
  answer: ({ server }: History, which: number) => void server.answer(which),
  deliver: ({ server }: History) => void server.deliver(),
  timeOut: ({ server }: History, which: number) => {
    server.timeOut(which)
  },
  cut: ({ server }: History) => {
    server.cut()
  },
  resume: ({ server }: History) => {
    server.resume()
  },
  connect: ({ server }: History) => {
    server.connect()
  },
  open: (history: History, which: number) => {
    history.open(which)
  },
  leave: (history: History, which: number) => {
    history.leave(which)
  },
  publish: (history: History, which: number) => {
    history.write((node, n) => node.publish({ n }, { id: ids[which % 4]! }))
  },
  create: (history: History, which: number) => {
    history.write((node, n) => node.publish({ n }, { id: ids[which % 4]!, create: true }))
  },
  patch: (history: History, which: number) => {
    history.write((node, n) => node.patch(ids[which % 4]!, { n }))
  },
  retract: (history: History, which: number) => {
    history.write((node) => node.retract(ids[which % 4]!))
  },
}

class History {
  readonly server: ModelServer
  private readonly feeds: {
    readonly few: boolean
    readonly subscription: Subscription
    state?: ReadonlyMap<string, Row>
    error?: unknown
  }[] = []
  private readonly writes: { readonly n: number; outcome?: 'done' | Error }[] = []

  constructor(pages: boolean) {
    this.server = new ModelServer(pages)
  }

  open(which: number): void {
    const few = which % 2 === 1
    const feed = this.server.node.feed(few ? { filter: { n: { $lt: 50 } } } : {})
    const mine: (typeof this.feeds)[number] = { few, subscription: new Subscription() }
    this.feeds.push(mine)
    mine.subscription.add(
      feed.pipe(checkLaws(), asMap()).subscribe({
        next: (state) => (mine.state = new Map(state)),
        error: (error: unknown) => (mine.error = error),
      }),
    )
  }

  leave(which: number): void {
    if (this.feeds.length > 0) this.feeds.splice(which % this.feeds.length, 1)[0]!.subscription.unsubscribe()
  }

  write(act: (node: ModelServer['node'], n: number) => Promise<unknown>): void {
    const write: (typeof this.writes)[number] = { n: 1000 + this.writes.length }
    this.writes.push(write)
    act(this.server.node, write.n).then(
      () => (write.outcome = 'done'),
      (error: unknown) => (write.outcome = error as Error),
    )
  }

  async play(steps: readonly Step[]): Promise<void> {
    this.open(0)
    for (const [move, which, pause] of steps) {
      moves[move](this, which)
      if (pause) await moment()
    }
    this.server.resume()
    await this.drain()
    if (!this.server.late) this.check()
    // All that is tried again later, or read again for being on the safe side.
    for (let round = 0; round < 8; round++) {
      mock.timers.tick(40_000)
      await this.drain()
    }
    this.check()
    this.checkWrites()
    for (const { subscription } of this.feeds) subscription.unsubscribe()
    await this.drain()
  }

  /** All that is on its way arrives. */
  private async drain(): Promise<void> {
    const { server } = this
    for (let quiet = 0; quiet < 3; quiet++) {
      await moment()
      while (server.work() || server.deliver() || server.answer()) quiet = 0
    }
  }

  private check(): void {
    const truth = [...this.server.items].map(([id, { n }]) => [id, { n }] as const).sort()
    for (const { few, state, error } of this.feeds) {
      assert.equal(error, undefined)
      const wanted = few ? truth.filter(([, { n }]) => n < 50) : truth
      assert.deepEqual(state && [...state].sort(), wanted)
    }
  }

  private checkWrites(): void {
    for (const { n, outcome } of this.writes) {
      assert.ok(outcome !== undefined, `write ${String(n)} is not settled`)
      const times = this.server.published.get(n) ?? 0
      assert.ok(times <= 1, `write ${String(n)} was done ${String(times)} times`)
      if (outcome instanceof ConnectionError && !outcome.outcomeUnknown) assert.equal(times, 0)
      if (outcome instanceof MissingError) assert.equal(times, 0)
    }
  }
}

describe('a node of XMPP in any history', () => {
  before(() => {
    mock.timers.enable({ apis: ['setTimeout'] })
  })
  after(() => {
    mock.timers.reset()
  })

  it('ends with what the server has, breaks no law, does no write twice and leaves none unsettled', async function () {
    this.timeout(60_000)
    const step = fc.tuple(fc.constantFrom(...(Object.keys(moves) as (keyof typeof moves)[])), fc.nat(99), fc.boolean())
    const often = fc.tuple(fc.constantFrom('work', 'answer', 'deliver', 'put', 'remove'), fc.nat(99), fc.boolean()) as fc.Arbitrary<Step>
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(step, often), { maxLength: 60, size: 'max' }), fc.boolean(), async (steps, pages) => {
        await new History(pages).play(steps)
      }),
      { numRuns: runs },
    )
  })
})

function moment(): Promise<void> {
  return new Promise(setImmediate)
}
