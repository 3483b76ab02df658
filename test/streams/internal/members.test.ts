import assert from 'node:assert/strict'
import fc from 'fast-check'
import { edgeOf, listOf, type Members, putInto, takeFrom } from '../../../src/streams/internal/members.js'
import { byId, Entry, PositionTree } from '../../../src/streams/internal/position-tree.js'

type Shape = 'nothing' | 'entry' | 'array' | 'tree'

function shapeOf(members: Members<number> | undefined): Shape {
  return !members ? 'nothing' : members instanceof Entry ? 'entry' : Array.isArray(members) ? 'array' : 'tree'
}

const byItem = (a: Entry<number>, b: Entry<number>): number => a.item - b.item || byId(a, b)
const one = (item: number): Entry<number> => new Entry(String(item), item)

/** Puts or takes so many numbers, the least or a random one first. */
const steps = fc.array(
  fc.record({
    comes: fc.boolean(),
    count: fc.integer({ min: 1, max: 200 }),
    inOrder: fc.boolean(),
    seed: fc.integer({ min: 0, max: 9999 }),
  }),
  { maxLength: 10 },
)

describe('Members', () => {
  it('are what a sorted array is, whether they are one, few or many', () => {
    const shapes = new Set<Shape>()
    fc.assert(
      fc.property(steps, (actions) => {
        let members: Members<number> | undefined
        const model: number[] = []
        for (const { comes, count, inOrder, seed } of actions)
          for (let step = 0; step < count && (comes || model.length > 0); step++) {
            if (comes) {
              const item = inOrder ? (model.at(-1) ?? 0) + 1 : (seed * 31 + step * 7919) % 100_003
              if (model.includes(item)) continue
              members = putInto(members, one(item), byItem)
              model.push(item)
              model.sort((a, b) => a - b)
            } else {
              const [item] = model.splice(inOrder ? 0 : (seed + step) % model.length, 1)
              members = takeFrom(members!, one(item!), byItem)
            }
            shapes.add(shapeOf(members))
            assert.equal(edgeOf(members, 0)?.item, model[0])
            assert.equal(edgeOf(members, -1)?.item, model.at(-1))
          }
        assert.deepEqual(
          listOf(members).map(({ item }) => item),
          model,
        )
      }),
    )
    assert.deepEqual([...shapes].sort(), ['array', 'entry', 'nothing', 'tree'])
  })

  it('that have a rank are there once, and go when each that was put has been taken', () => {
    const shapes = new Set<Shape>()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 600, size: 'max' }), fc.boolean(), (values, backwards) => {
        let members: Members<number> | undefined
        for (const value of values) members = putInto(members, new Entry('', value, 1), byItem)
        shapes.add(shapeOf(members))
        const distinct = [...new Set(values)].sort((a, b) => a - b)
        assert.deepEqual(
          listOf(members).map(({ item }) => item),
          distinct,
        )
        const left = [...values]
        for (const value of backwards ? values.toReversed() : values) {
          members = takeFrom(members!, new Entry('', value, 1), byItem)
          left.splice(left.indexOf(value), 1)
          assert.equal(edgeOf(members, 0)?.item, left.length === 0 ? undefined : Math.min(...left))
          assert.equal(edgeOf(members, -1)?.item, left.length === 0 ? undefined : Math.max(...left))
        }
        assert.equal(members, undefined)
      }),
    )
    assert.ok(shapes.has('array') && shapes.has('tree'))
  })

  it('are compared a few times each, however many there are', () => {
    for (const size of [10, 1_000, 100_000]) {
      let calls = 0
      const counted = (a: Entry<number>, b: Entry<number>): number => (calls++, byItem(a, b))
      let members: Members<number> | undefined
      for (let item = 0; item < size; item++) members = putInto(members, one(2 * item), byItem)
      for (const item of [-1, size | 1, 2 * size + 1]) {
        calls = 0
        members = putInto(members, one(item), counted)
        members = takeFrom(members, one(item), counted)!
        assert.ok(calls <= 8 * Math.log2(size), `${calls} calls for ${item} among ${size}`)
      }
    }
  })

  it('say it if the one to be taken is not where the comparator says', () => {
    for (const size of [1, 20, 200]) {
      let members: Members<number> | undefined
      for (let item = 0; item < size; item++) members = putInto(members, one(item), byItem)
      assert.throws(() => takeFrom(members!, one(size + 1), byItem), /contradicts itself/)
      assert.equal(listOf(members).length, size)
    }
  })

  it('keep nothing of a tree that shrinks to nothing', () => {
    let members: Members<number> | undefined
    for (let item = 0; item < 500; item++) members = putInto(members, one(item), byItem)
    assert.ok(members instanceof PositionTree)
    for (let item = 0; item < 500; item++) members = takeFrom(members!, one(item), byItem)
    assert.equal(members, undefined)
  })
})
