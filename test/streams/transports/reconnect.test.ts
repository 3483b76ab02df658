import assert from 'node:assert/strict'
import { mock } from 'node:test'
import type { TransportStatus } from '../../../src/streams/node.js'
import { Reconnect } from '../../../src/streams/transports/reconnect.js'

describe('reconnecting', () => {
  let begun: number
  let seen: string[]
  const reconnect = (begins = true): Reconnect => {
    begun = 0
    const life = new Reconnect(begins ? () => begun++ : undefined, { base: 100, max: 400, random: () => 0.5 })
    seen = []
    life.status.status$.subscribe((status) => seen.push(show(status)))
    return life
  }

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  })
  afterEach(() => {
    mock.timers.reset()
  })

  it('begins again after waits that grow, and says so', () => {
    const life = reconnect()
    life.connect()
    for (const wait of [50, 100, 200, 200]) {
      life.lost('gone')
      const before = begun
      mock.timers.tick(wait - 1)
      assert.equal(begun, before)
      mock.timers.tick(1)
      assert.equal(begun, before + 1)
    }
    assert.deepEqual(seen.slice(0, 4), ['connecting 1', 'offline 1: gone', 'connecting 2', 'offline 2: gone'])
    life.end({ state: 'closed' })
  })

  for (const [stood, attempt] of [
    [4999, 2],
    [5000, 1],
  ] as const)
    it(`counts a loss after ${stood} ms online as failure ${attempt}`, () => {
      const life = reconnect()
      life.connect()
      life.lost('gone')
      life.connect()
      life.online()
      mock.timers.tick(stood)
      life.lost('gone')
      assert.equal(seen.at(-1), `offline ${attempt}: gone`)
      life.end({ state: 'closed' })
    })

  it('waits for somebody else to connect where it has nothing to begin', () => {
    const life = reconnect(false)
    life.lost('gone')
    mock.timers.tick(10_000)
    const { value } = life.status
    assert.ok(value.state === 'offline' && value.retryAt === undefined)
    life.connecting()
    life.online()
    assert.deepEqual(seen, ['connecting 1', 'offline 1: gone', 'connecting 2', 'online'])
  })

  it('is over when it is ended: nothing begins, and only closed follows', () => {
    const life = reconnect()
    life.lost('gone')
    life.end({ state: 'closed' })
    life.online()
    life.lost('gone')
    mock.timers.tick(10_000)
    assert.deepEqual([seen, begun], [['connecting 1', 'offline 1: gone', 'closed'], 0])
  })
})

function show(status: TransportStatus): string {
  if (status.state === 'offline') return `offline ${status.attempt}: ${status.reason}`
  return status.state === 'connecting' ? `connecting ${status.attempt}` : status.state
}
