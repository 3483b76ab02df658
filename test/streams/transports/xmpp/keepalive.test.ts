import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { Keepalive } from '../../../../src/streams/transports/xmpp/keepalive.js'

describe('the keepalive of an XMPP session', () => {
  let told: string[]
  let began: number
  const keepalive = (): Keepalive => {
    told = []
    began = Date.now()
    const tell = (what: string) => () => told.push(`${what} ${Date.now() - began}`)
    return new Keepalive(100, tell('ping'), tell('dead'))
  }

  /** One by one: the mocked clock jumps to the end of a tick before its timers are called. */
  const pass = (ms: number): void => {
    for (let i = 0; i < ms; i++) mock.timers.tick(1)
  }

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  })
  afterEach(() => {
    mock.timers.reset()
  })

  it('pings after half of its time, and gives up after all of it', () => {
    keepalive()
    pass(1000)
    assert.deepEqual(told, ['ping 50', 'dead 100'])
  })

  it('takes anything that is heard for a sign of life', () => {
    const alive = keepalive()
    for (let i = 0; i < 10; i++) {
      pass(40)
      alive.heard()
    }
    assert.deepEqual(told, [])
    pass(49)
    assert.deepEqual(told, [])
    pass(1)
    assert.deepEqual(told, ['ping 450'])
    pass(30)
    alive.heard()
    pass(60)
    assert.deepEqual(told, ['ping 450', 'ping 530'])
    alive.stop()
  })

  it('pings first when its timers were late, as in a page in the background', () => {
    keepalive()
    mock.timers.setTime(began + 10_000)
    mock.timers.tick(0)
    assert.deepEqual(told, ['ping 10000'])
    pass(50)
    assert.deepEqual(told, ['ping 10000', 'dead 10050'])
  })

  it('does nothing once it is stopped', () => {
    keepalive().stop()
    pass(1000)
    assert.deepEqual(told, [])
  })
})
