import assert from 'node:assert/strict'
import mongoose from 'mongoose'
import { canonicalQuery, queryHash, type Query } from '../../../src/streams/query.js'

type Item = Record<string, unknown>
type Pair = readonly [what: string, a: Query<Item>, b: Query<Item>]

const { Binary, Double, Long, ObjectId } = mongoose.mongo.BSON
const id = '65a1b2c3d4e5f60718293a4b'

const same: readonly Pair[] = [
  ['no filter and an empty one', {}, { filter: {}, sort: {}, skip: 0 }],
  ['the order of parts', { filter: { a: 1 }, limit: 5 }, { limit: 5, filter: { a: 1 } }],
  ['the order of fields', { filter: { a: 1, b: 2 } }, { filter: { b: 2, a: 1 } }],
  ['the order of operators', { filter: { a: { $gt: 1, $lt: 5 } } }, { filter: { a: { $lt: 5, $gt: 1 } } }],
  ['a value and $eq', { filter: { a: 1 } }, { filter: { a: { $eq: 1 } } }],
  ['the order of $and', { filter: { $and: [{ a: 1 }, { b: 2 }] } }, { filter: { $and: [{ b: 2 }, { a: 1 }] } }],
  ['the order of $or', { filter: { $or: [{ a: 1, b: 1 }, { b: 2 }] } }, { filter: { $or: [{ b: 2 }, { b: 1, a: 1 }] } }],
  ['order and repetition in $in', { filter: { a: { $in: [2, 1, 2] } } }, { filter: { a: { $in: [1, 2] } } }],
  ['the order of $all', { filter: { a: { $all: [1, 2] } } }, { filter: { a: { $all: [2, 1] } } }],
  ['the order within $not', { filter: { a: { $not: { $gt: 1, $lt: 5 } } } }, { filter: { a: { $not: { $lt: 5, $gt: 1 } } } }],
  [
    'the order within $elemMatch',
    { filter: { a: { $elemMatch: { b: 1, c: 2 } } } },
    { filter: { a: { $elemMatch: { c: 2, b: { $eq: 1 } } } } },
  ],
  ['the order of fields wanted', { fields: ['a', 'b'] }, { fields: ['b', 'a'] }],
  ['0 and -0', { filter: { a: 0 } }, { filter: { a: -0 } }],
  ['bytes of two classes', { filter: { a: Buffer.from('abc') } }, { filter: { a: Uint8Array.from(Buffer.from('abc')) } }],
  ['two ObjectIds of one value', { filter: { a: new ObjectId(id) } }, { filter: { a: new ObjectId(id) } }],
]

const different: readonly Pair[] = [
  ['the order of sort', { sort: { a: 1, b: 1 } }, { sort: { b: 1, a: 1 } }],
  ['directions', { sort: { a: 1 } }, { sort: { a: -1 } }],
  ['no limit and 0', {}, { limit: 0 }],
  ['no fields and none', {}, { fields: [] }],
  ['skip and limit', { skip: 1 }, { limit: 1 }],
  ['the order of keys in a value', { filter: { a: { b: 1, c: 2 } } }, { filter: { a: { c: 2, b: 1 } } }],
  ['the order of an array value', { filter: { a: [1, 2] } }, { filter: { a: [2, 1] } }],
  ['subtypes of binary data', { filter: { a: new Binary(Buffer.from('abc'), 0) } }, { filter: { a: new Binary(Buffer.from('abc'), 5) } }],
  ['NaN and infinity in a Double', { filter: { a: new Double(NaN) } }, { filter: { a: new Double(Infinity) } }],
  ['a number and its text as a limit', { limit: 5 }, { limit: '5' as unknown as number }],
  ['a date and an operator of that name', { filter: { a: new Date(0) } }, { filter: { a: { $eq: { $date: 0 } } } }],
  ['no filter and null', {}, { filter: null as unknown as object }],
  ['a filter and null in $or', { filter: { $or: [{}] } }, { filter: { $or: [null as unknown as object] } }],
  ['conditions on elements and null', { filter: { a: { $elemMatch: {} } } }, { filter: { a: { $elemMatch: null } } }],
  ['the order of $mod', { filter: { a: { $mod: [2, 1] } } }, { filter: { a: { $mod: [1, 2] } } }],
  ['number and text', { filter: { a: 1 } }, { filter: { a: '1' } }],
  ['date and its text', { filter: { a: new Date(0) } }, { filter: { a: new Date(0).toJSON() } }],
  ['date and number', { filter: { a: new Date(0) } }, { filter: { a: 0 } }],
  ['null and NaN', { filter: { a: null } }, { filter: { a: NaN } }],
  ['ObjectId and its text', { filter: { a: new ObjectId(id) } }, { filter: { a: id } }],
  ['two ObjectIds', { filter: { a: new ObjectId(id) } }, { filter: { a: new ObjectId() } }],
  ['two Longs', { filter: { a: Long.fromNumber(1) } }, { filter: { a: Long.fromNumber(2) } }],
  ['two bytes', { filter: { a: Buffer.from('x') } }, { filter: { a: Buffer.from('y') } }],
  ['$and and $or', { filter: { $and: [{ a: 1 }] } }, { filter: { $or: [{ a: 1 }] } }],
  ['an element as value and as document', { filter: { a: { $elemMatch: { $eq: 1 } } } }, { filter: { a: { $elemMatch: { b: 1 } } } }],
]

describe('canonicalQuery and queryHash', () => {
  for (const [what, a, b] of same) {
    it(`don't tell apart: ${what}`, () => {
      assert.equal(canonicalQuery(a), canonicalQuery(b))
      assert.equal(queryHash(a), queryHash(b))
    })
  }
  for (const [what, a, b] of different) {
    it(`tell apart: ${what}`, () => {
      assert.notEqual(canonicalQuery(a), canonicalQuery(b))
      assert.notEqual(queryHash(a), queryHash(b))
    })
  }

  it('are stable from version to version', () => {
    const query: Query<Item> = { filter: { country: 'DE', age: { $gte: 18 } }, sort: { name: 1 }, limit: 20 }
    assert.equal(canonicalQuery(query), '{"filter":{"age":{"$gte":18},"country":{"$eq":"DE"}},"sort":{"name":1},"limit":20}')
    assert.match(queryHash(query), /^[0-9a-f]{16}$/)
  })

  it('doesn’t collide over 100,000 similar queries', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 100_000; i++) seen.add(queryHash({ filter: { id: String(i) } }))
    assert.equal(seen.size, 100_000)
  })
})
