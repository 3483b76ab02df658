import assert from 'node:assert/strict'
import mongoose from 'mongoose'
import { connected, rejection } from './connect.js'

type Doc = Record<string, unknown>
const { Long, Decimal128, Double } = mongoose.mongo

/** Title, document, update, expected document (or the code of the error); `filter` and options where they matter. */
const CASES: [string, Doc, Doc | Doc[], Doc | number, (Doc & { filter?: Doc })?][] = [
  ['$set of a new nested field', { a: 1 }, { $set: { 'b.c': 2 } }, { a: 1, b: { c: 2 } }],
  ['$set into an array, filling the gap', { a: [1] }, { $set: { 'a.2': 3 } }, { a: [1, null, 3] }],
  ['$set below a number', { a: 1 }, { $set: { 'a.b': 2 } }, 28],
  ['$unset, also of an element', { a: 1, b: [1, 2] }, { $unset: { a: 1, 'b.0': 1 } }, { b: [null, 2] }],
  ['$inc of a missing field', {}, { $inc: { n: 2 } }, { n: 2 }],
  ['$inc of text', { n: 'x' }, { $inc: { n: 2 } }, 14],
  ['$inc of a Long', { n: Long.fromString('9007199254740993') }, { $inc: { n: 1 } }, { n: Long.fromString('9007199254740994') }],
  [
    '$inc of a Decimal128',
    { n: Decimal128.fromString('0.1') },
    { $inc: { n: Decimal128.fromString('0.2') } },
    { n: Decimal128.fromString('0.3') },
  ],
  ['$inc beyond 64 bits', { n: Long.MAX_VALUE }, { $inc: { n: 1 } }, 2],
  ['$mul', { n: 3, m: 1.5 }, { $mul: { n: 2, m: 2, k: 5 } }, { n: 6, m: 3, k: 0 }],
  ['$min and $max', { a: 5, b: 5 }, { $min: { a: 3 }, $max: { b: 3, c: 1 } }, { a: 3, b: 5, c: 1 }],
  ['$rename', { a: 1 }, { $rename: { a: 'b.c' } }, { b: { c: 1 } }],
  ['$bit', { a: 13 }, { $bit: { a: { and: 10 } } }, { a: 8 }],
  ['$push', { a: [1] }, { $push: { a: 2, b: 1 } }, { a: [1, 2], b: [1] }],
  ['$push with all modifiers', { a: [3, 1] }, { $push: { a: { $each: [2, 4], $sort: -1, $slice: 3 } } }, { a: [4, 3, 2] }],
  ['$push at a position', { a: [1, 3] }, { $push: { a: { $each: [2], $position: 1 } } }, { a: [1, 2, 3] }],
  ['$push to no array', { a: 1 }, { $push: { a: 2 } }, 2],
  ['$addToSet', { a: [1, { x: 1 }] }, { $addToSet: { a: { $each: [1, { x: 1 }, 2] } } }, { a: [1, { x: 1 }, 2] }],
  ['$pull of a literal', { a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }],
  ['$pull by a condition', { a: [1, 5, 9] }, { $pull: { a: { $gt: 4 } } }, { a: [1] }],
  ['$pull of objects by fields', { a: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { a: { x: 1 } } }, { a: [{ x: 2 }] }],
  ['$pullAll', { a: [1, 2, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  ['$pop', { a: [1, 2], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1], b: [2] }],
  ['positional $', { a: [1, 5, 5] }, { $set: { 'a.$': 9 } }, { a: [1, 9, 5] }, { filter: { a: 5 } }],
  [
    'positional $ into an object',
    { a: [{ x: 1 }, { x: 2 }] },
    { $inc: { 'a.$.x': 5 } },
    { a: [{ x: 1 }, { x: 7 }] },
    { filter: { 'a.x': 2 } },
  ],
  ['$[]', { a: [1, 2] }, { $inc: { 'a.$[]': 1 } }, { a: [2, 3] }],
  [
    '$[name]',
    { a: [{ x: 1 }, { x: 5 }] },
    { $set: { 'a.$[e].y': 1 } },
    { a: [{ x: 1 }, { x: 5, y: 1 }] },
    { arrayFilters: [{ 'e.x': { $gt: 2 } }] },
  ],
  ['a pipeline', { a: 1, b: 2 }, [{ $set: { c: { $add: ['$a', '$b'] } } }], { a: 1, b: 2, c: 3 }],
  ['two operators on one path', {}, { $set: { a: 1 }, $inc: { 'a.b': 1 } }, 40],
  ['the id', {}, { $set: { _id: 5 } }, 66],
  ['an unknown operator', {}, { $foo: { a: 1 } }, 9],
  ['a prototype', {}, { $set: { '__proto__.x': 1 } }, 2],
  ['$setOnInsert of what is there', { a: 1 }, { $setOnInsert: { a: 2 } }, { a: 1 }],
]

describe('embedded driver: updates', () => {
  let db: mongoose.Mongoose
  let items: mongoose.Collection
  before(async () => {
    db = await connected()
    items = db.connection.collection('items')
  })
  beforeEach(() => items.deleteMany({}))
  after(() => db.disconnect())

  for (const [title, document, update, expected, { filter = {}, ...options } = {}] of CASES) {
    it(title, async () => {
      await items.insertOne({ _id: 1 as never, ...document })
      const run = items.updateOne(filter, update, options)
      if (typeof expected === 'number') assert.equal((await rejection(run)).code, expected)
      else await run
      const wanted = typeof expected === 'number' ? document : expected
      assert.deepEqual(await items.findOne({}), { _id: 1, ...wanted })
    })
  }

  it('keeps a sum of doubles a double', async () => {
    await items.insertOne({ n: new Double(0.5) })
    await items.updateOne({}, { $inc: { n: 0.5 } })
    assert.equal((await items.findOne({}))!.n, 1)
  })

  it('an upsert takes the equalities of the filter', async () => {
    const result = await items.updateOne({ a: 1, b: { $gt: 3 }, 'c.d': { $eq: 2 } }, { $set: { e: 5 } }, { upsert: true })
    const { _id, ...rest } = (await items.findOne({}))!
    assert.deepEqual([result.upsertedId, rest], [_id, { a: 1, c: { d: 2 }, e: 5 }])
  })
})
