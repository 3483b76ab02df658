import assert from 'node:assert/strict'
import fc from 'fast-check'
import mongoose from 'mongoose'
import { justBefore, positionAt, timeOf, tokenTime } from '../../../src/server/mongoose/cluster-time.js'

const at = (t: number, i: number) => new mongoose.mongo.Timestamp({ t, i })
const part = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff }))
const moment = fc.record({ epoch: fc.nat(100), time: fc.tuple(part, part).map(([t, i]) => at(t, i)) })

describe('positions from cluster time', () => {
  it('sort as the history runs, and give their time back', () => {
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        const [first, second] = [positionAt(a.epoch, a.time), positionAt(b.epoch, b.time)]
        const order = a.epoch === b.epoch ? a.time.compare(b.time) : Math.sign(a.epoch - b.epoch)
        assert.equal(first < second ? -1 : first > second ? 1 : 0, order)
        assert.ok(timeOf(first, a.epoch)!.equals(a.time))
        if (a.epoch !== b.epoch) assert.equal(timeOf(first, b.epoch), undefined)
      }),
    )
  })

  for (const text of ['', 'a0', 'a0.', 'a0.zz', `a0.${'0'.repeat(15)}`, `a0.${'0'.repeat(17)}`, `A0.${'0'.repeat(16)}`]) {
    it(`are none: ${JSON.stringify(text)}`, () => {
      assert.equal(timeOf(text, 0), undefined)
    })
  }

  it('have a moment before them', () => {
    assert.deepEqual([justBefore(at(7, 1)), justBefore(at(7, 0)), justBefore(at(0, 0))], [at(7, 0), at(6, 0xffffffff), at(0, 0xffffffff)])
  })
})

describe('the time of a resume token', () => {
  // In MongoDB's format (its key strings): of an event, and of a batch without one.
  const event = '82663F2A1C000000032B042C0100296E5A1004D1A0F2B6C59A4C6CB3C1F0A3A29F5F1546645F69640064663F2A1C8D4F2E6B7A1C9D3E0004'
  const mark = '82663F2A20000000012B0429296E1404'
  for (const [name, token, expected] of [
    ['an event', { _data: event }, at(0x663f2a1c, 3)],
    ['an empty batch', { _data: mark }, at(0x663f2a20, 1)],
    ['another kind of server', { _data: '38000000107300060000001174000900000005df026b02' }, undefined],
    ['bytes', { _data: Buffer.from(event, 'hex') }, undefined],
    ['nothing', null, undefined],
  ] as const) {
    it(`is read from that of ${name}`, () => {
      assert.deepEqual(tokenTime(token), expected)
    })
  }
})
