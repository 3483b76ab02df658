import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import mongoose from 'mongoose'
import { equalValues } from '../../../src/streams/query.js'

const { Decimal128, Long, ObjectId } = mongoose.mongo.BSON
const id = '65a1b2c3d4e5f60718293a4b'

describe('equalValues', () => {
  const table: readonly (readonly [what: string, a: unknown, b: unknown, equal: boolean])[] = [
    ['NaN', NaN, NaN, true],
    ['0 and -0', 0, -0, true],
    ['number and text', 1, '1', false],
    ['null and undefined', null, undefined, false],
    ['null and an object', null, {}, false],
    ['arrays', [1, [2]], [1, [2]], true],
    ['arrays of another length', [1], [1, undefined], false],
    ['an array and an object', [], {}, false],
    ['the order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['a missing key', { a: 1 }, { a: 1, b: 2 }, false],
    ['a key more', { a: 1, b: 2 }, { a: 1 }, false],
    ['undefined and no key', { a: undefined }, { b: undefined }, false],
    ['undefined twice', { a: undefined }, { a: undefined }, true],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), Object.assign(Object.create(null), { a: 1 }), true],
    ['dates', new Date(1), new Date(1), true],
    ['other dates', new Date(1), new Date(2), false],
    ['invalid dates', new Date(NaN), new Date(NaN), true],
    ['an invalid date', new Date(NaN), new Date(1), false],
    ['a date and an object', new Date(1), {}, false],
    ['ObjectIds', new ObjectId(id), new ObjectId(id), true],
    ['other ObjectIds', new ObjectId(id), new ObjectId(), false],
    ['Longs', Long.fromNumber(1), Long.fromNumber(1), true],
    ['decimals', Decimal128.fromString('1.5'), Decimal128.fromString('1.6'), false],
    ['bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2]), true],
    ['other bytes', new Uint8Array([1, 2]), new Uint8Array([1, 3]), false],
    ['regular expressions', /a/i, /a/i, true],
    ['other flags', /a/i, /a/, false],
    ['decimals that are one double', Decimal128.fromString('12345678901234567.89'), Decimal128.fromString('12345678901234567.90'), false],
    ['decimals', Decimal128.fromString('1.5'), Decimal128.fromString('1.5'), true],
    ['instances of a class', new Map(), new Map(), false],
  ]
  for (const [what, a, b, equal] of table) it(what, () => assert.deepEqual([equalValues(a, b), equalValues(b, a)], [equal, equal]))

  it('is what isDeepStrictEqual says of JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        const copy: unknown = JSON.parse(JSON.stringify(a))
        assert.equal(equalValues(JSON.parse(JSON.stringify(a)), copy), true)
        assert.equal(equalValues(copy, JSON.parse(JSON.stringify(b))), isDeepStrictEqual(copy, JSON.parse(JSON.stringify(b))))
      }),
    )
  })
})
