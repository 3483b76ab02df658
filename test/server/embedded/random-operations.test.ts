import assert from 'node:assert/strict'
import fc from 'fast-check'
import mongoose from 'mongoose'
import { compileFilter, compileSort } from '../../../src/streams/query.js'
import { embeddedStore } from '../../../src/server/embedded/index.js'
import { connected, withFolder } from './connect.js'

type Doc = Record<string, unknown>

const scalar = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom('', 'a', 'ab', 'b\0', 'ä', '😀', '\uffee'),
  fc.constantFrom(null, true, false, 0.5, -1.5, 2 ** 53, Infinity, -Infinity),
  fc.constantFrom(new Date(0), new Date(-5), new Date(1e12)),
  fc.constantFrom('0123456789abcdef01234567', 'ffffffffffffffffffffffff').map((hex) => new mongoose.mongo.ObjectId(hex)),
  fc.constant(mongoose.mongo.Long.fromString('9007199254740993')),
)
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ x: scalar }, { noNullPrototype: true }),
)
const document = fc.record({ a: value, b: value, c: scalar }, { requiredKeys: [], noNullPrototype: true })
const comparison = fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne')
const condition = fc.oneof(
  scalar,
  fc.tuple(comparison, scalar).map(([operator, operand]) => ({ [operator]: operand })),
  fc.array(scalar, { maxLength: 3 }).map((values) => ({ $in: values })),
  fc.tuple(scalar, scalar).map(([low, high]) => ({ $gte: low, $lt: high })),
)
const filter = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x', '_id'), condition, { maxKeys: 2, noNullPrototype: true })
const sort = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', '_id'), fc.constantFrom(1 as const, -1 as const)), {
  maxLength: 2,
  selector: ([path]) => path,
})
const id = fc.integer({ min: 0, max: 12 })

const operation = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), id, document }),
  fc.record({ kind: fc.constant('replace' as const), id, document }),
  fc.record({ kind: fc.constant('set' as const), filter, path: fc.constantFrom('a', 'b', 'c'), value: scalar }),
  fc.record({ kind: fc.constant('delete' as const), filter }),
  fc.record({ kind: fc.constant('find' as const), filter, sort, skip: fc.nat(3), limit: fc.nat(4) }),
)

describe('embedded driver: random operations equal a plain array', () => {
  it('with and without indexes, in and out of transactions, and the log leads from the beginning to the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 30 }), fc.boolean(), fc.boolean(), async (operations, indexed, transactional) => {
        const db = await connected()
        try {
          const items = db.connection.collection<Doc>('items')
          if (indexed) {
            await items.createIndex({ a: 1 }, {}, {})
            await items.createIndex({ b: -1, a: 1 }, {}, {})
            await items.createIndex({ c: -1 }, {}, {})
          }
          const store = embeddedStore(db.connection)!
          const start = store.position()
          const session = transactional ? await db.startSession() : undefined
          session?.startTransaction()
          const model = await play(items, operations, session === undefined ? {} : { session })
          await session?.commitTransaction()
          const all = [...store.read('items', {}).documents]
          assert.deepEqual(
            all,
            [...model.values()].sort((x, y) => Number(x._id) - Number(y._id)),
          )
          const replayed = new Map<unknown, Doc>()
          for (const change of store.changesSince(start)!) {
            assert.deepEqual(change.previous, replayed.get(change.id))
            if (change.document === undefined) replayed.delete(change.id)
            else replayed.set(change.id, change.document)
          }
          assert.deepEqual(
            [...replayed.values()].sort((x, y) => Number(x._id) - Number(y._id)),
            all,
          )
        } finally {
          await db.disconnect()
        }
      }),
      { numRuns: 150, verbose: fc.VerbosityLevel.Verbose },
    )
  }).timeout(60_000)

  it('a folder opened anew holds what was written, whatever was written', () =>
    fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40 }), (operations) =>
        withFolder(async (folder) => {
          const db = await connected(`embedded:${folder}`)
          await db.connection.collection('items').createIndex({ a: 1 }, {}, {})
          const model = await play(db.connection.collection<Doc>('items'), operations, {})
          await db.disconnect()
          const again = await connected(`embedded:${folder}`)
          assert.deepEqual(
            [...embeddedStore(again.connection)!.read('items', {}).documents],
            [...model.values()].sort((x, y) => Number(x._id) - Number(y._id)),
          )
          await again.disconnect()
        }),
      ),
      { numRuns: 30, verbose: fc.VerbosityLevel.Verbose },
    )).timeout(60_000)
})

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** Runs the operations on the collection and on a map; compares every `find` at once. */
async function play(items: mongoose.Collection<Doc>, operations: readonly Operation[], options: object): Promise<Map<unknown, Doc>> {
  const model = new Map<unknown, Doc>()
  const matching = (given: Doc) => [...model.values()].sort((x, y) => Number(x._id) - Number(y._id)).filter(compileFilter<Doc>(given))
  for (const each of operations) {
    if (each.kind === 'insert' || each.kind === 'replace') {
      const stored = { _id: each.id, ...each.document }
      if (each.kind === 'insert' && model.has(each.id)) continue
      if (each.kind === 'insert') await items.insertOne(stored as never, options)
      else await items.replaceOne({ _id: each.id as never }, each.document, { ...options, upsert: true })
      model.set(each.id, stored)
    } else if (each.kind === 'set') {
      const found = matching(each.filter)
      await items.updateMany(each.filter, { $set: { [each.path]: each.value } }, options)
      for (const document of found) model.set(document._id, { ...document, [each.path]: each.value })
    } else if (each.kind === 'delete') {
      const found = matching(each.filter)
      const { deletedCount } = await items.deleteMany(each.filter, options)
      assert.equal(deletedCount, found.length)
      for (const document of found) model.delete(document._id)
    } else {
      const spec = Object.fromEntries(each.sort)
      const expected = matching(each.filter)
      if (each.sort.length > 0) expected.sort(compileSort<Doc>(spec))
      const window = expected.slice(each.skip, each.limit === 0 ? undefined : each.skip + each.limit)
      assert.deepEqual(
        await items.find(each.filter as never, { ...options, sort: spec, skip: each.skip, limit: each.limit }).toArray(),
        window,
      )
    }
  }
  return model
}
