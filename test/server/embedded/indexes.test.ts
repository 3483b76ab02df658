import assert from 'node:assert/strict'
import fc from 'fast-check'
import mongoose, { type Connection, type Model, Schema } from 'mongoose'
import { openEmbedded } from '../embedded-connection.js'

interface Row {
  _id: string
  v?: string
}

describe('unique indexes of the embedded store', () => {
  let connection: Connection
  let model: Model<Row>
  before(async () => {
    connection = await openEmbedded()
    const definition: object = { _id: String, v: { type: String, unique: true, sparse: true } }
    model = connection.model<Row>('Row', new Schema<Row>(definition))
    await model.init()
  })
  beforeEach(() => model.deleteMany({}))
  after(() => connection.close())
  const long = (end: string): string => 'x'.repeat(1500) + end
  const values = async (): Promise<(string | undefined)[]> => (await model.find().sort({ _id: 1 }).lean()).map(({ v }) => v)

  it('let two documents exchange their values in a transaction', async () => {
    await model.create([{ _id: 'a', v: '1' }, { _id: 'b', v: '2' }]) // prettier-ignore
    await connection.transaction(async (session) => {
      for (const [_id, v] of [['a', 'x'], ['b', '1'], ['a', '2']] as const) await model.updateOne({ _id }, { v }, { session }) // prettier-ignore
    })
    assert.deepEqual(await values(), ['2', '1'])
  })

  it('refuse at the commit what two documents of a transaction share', async () => {
    await model.create([{ _id: 'a', v: long('1') }])
    const insert = (_id: string, v: string) =>
      connection.transaction(async (session) => {
        await model.create([{ _id, v }], { session })
      })
    await insert('b', long('2'))
    await assert.rejects(insert('c', long('1')), { code: 11000 })
    assert.deepEqual(await values(), [long('1'), long('2')])
  })

  it('find nothing under ids that no document can have', async () => {
    await model.create({ _id: 'a', v: '1' })
    const _id = 'y'.repeat(5_000)
    assert.equal(await model.findById(_id), null)
    assert.deepEqual((await model.find({ _id: { $in: [_id, 'a'] } })).length, 1)
  })

  it('refuse a document whose entries would be every element of one array with every element of another', async () => {
    const collection = connection.collection('parallel')
    await collection.createIndex({ a: 1, b: 1 }, {}, {})
    const many = Array.from({ length: 5_000 }, (_, n) => n)
    await assert.rejects(collection.insertOne({ a: many, b: many }), { code: 171 })
    await collection.insertOne({ a: many, b: 1 })
  })
})

describe('indexes of the embedded store', () => {
  let connection: Connection
  before(async () => {
    connection = await openEmbedded()
  })
  after(() => connection.close())

  const { Long, Decimal128, ObjectId } = mongoose.mongo
  const odd = [null, 'a', 'ab', '', 'a\0', '\uffff', '😀', true, false, 1.5, NaN, -0, Infinity, 2 ** 53, new Date(0), {}, { d: 1 }, /a/]
  const bson = [Long.fromNumber(2), Decimal128.fromString('2'), new ObjectId('0'.repeat(24)), Buffer.from('a')]
  const scalar = fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom<unknown>(...odd, ...bson))
  const operand = scalar.filter((value) => value === value && !(value instanceof RegExp))
  const value = fc.oneof(scalar, scalar, fc.array(scalar, { maxLength: 3 }), fc.array(fc.record({ d: scalar }), { maxLength: 2 }))
  const inner = fc.oneof(fc.record({ d: scalar }, { requiredKeys: [] }), scalar)
  const document = fc.record({ a: value, b: value, c: inner, e: scalar }, { requiredKeys: [] })
  const condition = fc.oneof(
    operand,
    fc.dictionary(fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$ne'), operand, { minKeys: 1, maxKeys: 2 }),
    fc.array(operand, { minLength: 1, maxLength: 3 }).map(($in) => ({ $in })),
    fc.boolean().map(($exists) => ({ $exists })),
  )
  const path = fc.constantFrom('a', 'b', 'c.d', 'e')
  const filter = fc.array(fc.dictionary(path, condition, { minKeys: 1, maxKeys: 2 }), { maxLength: 2 })
  const sort = fc.array(fc.tuple(path, fc.constantFrom(1 as const, -1 as const)), { maxLength: 3 }).map((keys) => Object.fromEntries(keys))
  const query = fc.record({ filter, sort, skip: fc.nat(2), limit: fc.nat(4) })

  it('never show: the answer is that of a scan, in its order, and so are its windows', async () => {
    const [indexed, scanned] = [connection.collection('indexed'), connection.collection('scanned')]
    for (const index of [{ a: 1, b: 1 }, { b: -1 }, { 'c.d': 1 }, { b: -1, 'c.d': -1 }, { e: 1, a: -1, b: 1 }])
      await indexed.createIndex(index, {}, {})
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { maxLength: 12 }),
        fc.array(query, { minLength: 1, maxLength: 6 }),
        async (documents, queries) => {
          for (const collection of [indexed, scanned]) {
            await collection.deleteMany({})
            const rows = documents.map((row, index) => ({ _id: (index * 7) % 13, ...row }))
            if (rows.length > 0) await collection.insertMany(rows as never[])
          }
          for (const { filter, sort, skip, limit } of queries) {
            const wanted = filter.length === 0 ? {} : { $and: filter }
            const [x, y] = await Promise.all(
              [indexed, scanned].map(async (collection) => {
                const cursor = collection.find(wanted as never).skip(skip).limit(limit) // prettier-ignore
                return (await (Object.keys(sort).length === 0 ? cursor : cursor.sort(sort)).toArray()).map(({ _id }) => _id as unknown)
              }),
            )
            assert.deepEqual(x, y)
          }
        },
      ),
      { numRuns: 250 },
    )
  })
})
