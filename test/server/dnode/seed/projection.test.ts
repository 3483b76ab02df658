import assert from 'node:assert/strict'
import fc from 'fast-check'
import mongoose from 'mongoose'
import { pathsOf, project } from '../../../../src/server/dnode/seed/projection.js'
import { openEmbedded } from '../../embedded-connection.js'

const at = new Date(0)
const item = { a: 1, b: { c: { d: 2, e: 3 }, f: at }, g: [{ h: 4, i: 5 }, 6, [{ h: 7 }]], j: at }
const table: readonly (readonly [paths: string[], kept: object, left: object])[] = [
  [['a'], { a: 1 }, { b: item.b, g: item.g, j: at }],
  [['b.c'], { b: { c: item.b.c } }, { a: 1, b: { f: at }, g: item.g, j: at }],
  [['b.c.d'], { b: { c: { d: 2 } } }, { a: 1, b: { c: { e: 3 }, f: at }, g: item.g, j: at }],
  [['b', 'b.c'], { b: item.b }, { a: 1, g: item.g, j: at }],
  [['b.c', 'b'], { b: item.b }, { a: 1, g: item.g, j: at }],
  [['g.h'], { g: [{ h: 4 }, [{ h: 7 }]] }, { a: 1, b: item.b, g: [{ i: 5 }, 6, [{}]], j: at }],
  [['a.x', 'j.x'], {}, item],
  [['x.y'], {}, item],
  [['constructor', 'b.toString.x'], { b: {} }, item],
]

describe('fields of old clients', () => {
  for (const [paths, kept, left] of table) {
    it(`${paths.join(' ')} are kept, or left out`, () => {
      assert.deepEqual(project(item, pathsOf(paths), true), kept)
      assert.deepEqual(project(item, pathsOf(paths), false), left)
    })
  }

  it('are what a projection of the store gives', async () => {
    const connection = await openEmbedded()
    const { collection } = connection.model('any', new mongoose.Schema({}, { strict: false }))
    const name = fc.constantFrom('a', 'b', 'c')
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'))
    // One may not lead through another: MongoDB refuses that.
    const apart = fc
      .array(path, { minLength: 1, maxLength: 3 })
      .filter((all) => all.every((one, i) => all.every((other, j) => i === j || !`${other}.`.startsWith(`${one}.`))))
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(name, tie('any'), { noNullPrototype: true }),
      ),
    })).any
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { noNullPrototype: true }), apart, fc.boolean(), async (stored, paths, keep) => {
        const { insertedId } = await collection.insertOne({ ...stored })
        const projection = Object.fromEntries([...paths.map((each) => [each, keep ? 1 : 0]), ['_id', 0]])
        const found = await collection.findOne({ _id: insertedId }, { projection })
        assert.deepEqual(project(stored, pathsOf(paths), keep), found)
      }),
    )
    await connection.close()
  })
})
