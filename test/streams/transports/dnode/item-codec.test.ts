import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ArgumentError, ProtocolError } from '../../../../src/errors.js'
import { decodeItem, encodeItem, needsDecoding } from '../../../../src/streams/transports/dnode/item-codec.js'

const travel = (value: unknown): unknown => {
  const line = JSON.stringify(encodeItem(value))
  const parsed: unknown = JSON.parse(line)
  return needsDecoding(line) ? decodeItem(parsed) : parsed
}

describe('the item codec', () => {
  const cases: Record<string, unknown> = {
    'a Date': { at: new Date(1234567890123) },
    'a Date before 1970': { at: new Date(-1) },
    'a bigint': { n: 2n ** 63n - 1n },
    'a small bigint': { n: 5n },
    bytes: { data: Uint8Array.of(0, 1, 255) },
    'numbers that JSON has not': { a: NaN, b: Infinity, c: -Infinity },
    'data that looks like a Date': { at: { $date: 'tomorrow' } },
    'data that looks like an escape': { at: { $literal: { $date: 'tomorrow' } } },
    'an item that looks like a Date': { $date: new Date(0) },
    'a filter': { age: { $gt: new Date(5) }, $or: [{ a: { $in: [1n] } }] },
    'keys with dollars': { $a: 1, $date: 'x' },
    'empty things': { a: {}, b: [], c: '', d: null },
  }
  for (const [name, value] of Object.entries(cases)) {
    it(`carries ${name}`, () => {
      assert.deepEqual(travel(value), value)
    })
  }

  it('carries everything', () => {
    const key = fc
      .oneof(fc.string(), fc.constantFrom('$date', '$numberLong', '$binary', '$literal', '$gt'))
      .filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key))
    const { item } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.string(),
        fc.double({ noDefaultInfinity: false }).map((n) => (Object.is(n, -0) ? 0 : n)),
        fc.boolean(),
        fc.constant(null),
        fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
        fc.date({ noInvalidDate: true }),
        fc.uint8Array(),
        fc.array(tie('value')),
        tie('item'),
      ),
      item: fc.dictionary(key, tie('value'), { noNullPrototype: true }),
    }))
    fc.assert(
      fc.property(item, (value) => {
        assert.deepEqual(travel(value), value)
      }),
      { numRuns: 500 },
    )
  })

  it('returns plain items as they are', () => {
    const item = { title: 'x', tags: ['a'], size: { w: 1 } }
    assert.equal(encodeItem(item), item)
    assert.equal(needsDecoding(JSON.stringify(item)), false)
  })

  it('does not alter what it encodes', () => {
    const item = Object.freeze({ at: Object.freeze([new Date(0)]) })
    assert.deepEqual(encodeItem(item), { at: [{ $date: '1970-01-01T00:00:00.000Z' }] })
  })

  const bson: [string, object, unknown][] = [
    ['ObjectId', { _bsontype: 'ObjectId', toString: () => '65f0c0ffee' }, '65f0c0ffee'],
    ['a small Long', { _bsontype: 'Long', toString: () => '42' }, 42],
    ['a large Long', { _bsontype: 'Long', toString: () => '9223372036854775807' }, { $numberLong: '9223372036854775807' }],
    ['Decimal128', { _bsontype: 'Decimal128', toString: () => '0.1' }, '0.1'],
  ]
  for (const [name, fields, expected] of bson) {
    it(`encodes a ${name} of bson`, () => {
      assert.deepEqual(encodeItem({ v: Object.assign(Object.create({}) as object, fields) }), { v: expected })
    })
  }

  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const refused: Record<string, unknown> = {
    functions: { f: () => 1 },
    symbols: { s: Symbol('x') },
    cycles: cyclic,
    'invalid dates': { d: new Date(NaN) },
    'prototype keys': { constructor: 1 },
  }
  for (const [name, value] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      assert.throws(() => encodeItem(value), ArgumentError)
    })
  }

  const hostile: Record<string, unknown> = {
    'a Date of an object': { $date: {} },
    'a Date of words': { $date: 'tomorrow' },
    'a number of words': { $numberLong: 'x' },
    'bytes that are no base64': { $binary: { base64: '*' } },
    'bytes that are null': { $binary: null },
    'an escape of nothing': { $literal: 1 },
  }
  for (const [name, value] of Object.entries(hostile)) {
    it(`refuses ${name} from the other side`, () => {
      assert.throws(() => decodeItem({ value }), ProtocolError)
    })
  }
})
