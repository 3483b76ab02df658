import assert from 'node:assert/strict'
import fc from 'fast-check'
import { backoffDelay } from '../../../src/streams/transports/backoff.js'

describe('backoff', () => {
  const almost = () => 0.999999
  for (const [failures, ceiling] of [
    [1, 100],
    [2, 200],
    [3, 400],
    [6, 1000],
    [5000, 1000],
  ] as const) {
    it(`waits less than ${ceiling} ms after ${failures} failures`, () => {
      assert.equal(backoffDelay(failures, { base: 100, max: 1000, random: almost }), ceiling - 1)
    })
  }

  it('takes any time below the ceiling', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, dice) => {
        const delay = backoffDelay(failures, { random: () => dice })
        assert.ok(delay >= 0 && delay < 30_000)
      }),
    )
  })
})
