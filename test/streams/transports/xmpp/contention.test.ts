import assert from 'node:assert/strict'
import { Contention } from '../../../../src/streams/transports/xmpp/contention.js'

describe('Contention', () => {
  it('has an id read again once it is quiet, if several events came for it, and never one alone', async () => {
    const reads: (readonly string[])[] = []
    await new Promise<void>((resolve) => {
      const contention = new Contention((ids) => {
        reads.push(ids)
        resolve()
      })
      for (const id of ['a', 'b', 'a', 'c', 'a', 'c']) contention.heard(id)
    })
    assert.deepEqual(reads, [['a', 'c', 'a', 'c']])
  })

  it('holds one timer while there are events, and none when it is cleared', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    const contention = new Contention(() => assert.fail('nothing is read'))
    for (const id of ['a', 'a', 'b']) contention.heard(id)
    assert.equal(timers(), before + 1)
    contention.clear()
    assert.equal(timers(), before)
  })
})
