import assert from 'node:assert/strict'
import fc from 'fast-check'
import { QueryError } from '../../../src/errors.js'
import { compareValues, compileSort, type Sort } from '../../../src/streams/query.js'
import { show } from './show.js'
import { compareAsIndex } from './sort-keys.js'
import { ladder, sortTable } from './sort-table.js'

type Item = Record<string, unknown>

describe('compareValues', () => {
  it('is MongoDB’s order over all types', () => {
    const flat = ladder.flatMap((row, rank) => row.map((value) => ({ value, rank })))
    for (const a of flat) for (const b of flat) assert.equal(Math.sign(compareValues(a.value, b.value)), Math.sign(a.rank - b.rank))
  })
})

describe('compileSort', () => {
  for (const { what, sort, order } of sortTable) {
    it(what, () => {
      const compare = compileSort<Item>(sort)
      const flat = order.flatMap((row, rank) => row.map((item) => ({ item, rank })))
      for (const a of flat) {
        for (const b of flat) {
          assert.equal(Math.sign(compare(a.item, b.item)), Math.sign(a.rank - b.rank), show([a.item, b.item]))
        }
      }
    })
  }

  it('finds all equal when nothing is asked', () => assert.equal(compileSort<Item>({})({ a: 1 }, { a: 2 }), 0))

  it('is a total order', () => {
    const value = fc.oneof(
      fc.constantFrom<unknown>(...ladder.flat()),
      fc.array(fc.constantFrom<unknown>(...ladder.flat()), { maxLength: 3 }),
      fc.record({ b: fc.integer({ min: 0, max: 3 }) }),
    )
    const item = fc.record({ a: value }, { requiredKeys: [] })
    const compares = (['a', 'a.b'] as const).flatMap((path) =>
      ([1, -1] as const).map((direction) => compileSort<Item>({ [path]: direction })),
    )
    fc.assert(
      fc.property(fc.constantFrom(...compares), item, item, item, (compare, a, b, c) => {
        assert.equal(compare(a, a), 0)
        assert.equal(Math.sign(compare(a, b)) + Math.sign(compare(b, a)), 0)
        if (compare(a, b) <= 0 && compare(b, c) <= 0) assert.ok(compare(a, c) <= 0)
      }),
      { numRuns: 5_000 },
    )
  })

  it('is the order of the keys that MongoDB would make of the items for an index', () => {
    const small = fc.constantFrom<unknown>(0, 1, null, 'a', [], [1, 0]).map((given) => structuredClone(given))
    const document = fc.record({ b: small, c: small }, { requiredKeys: [], noNullPrototype: true })
    const list = fc.array(fc.oneof({ weight: 4, arbitrary: document }, small), { maxLength: 3 })
    const paths = fc.constantFrom('a.b', 'a.c', 'a.b.c', 'a', 'a.0', 'a.0.c', 'a.1.b', 'd')
    const keys = fc.uniqueArray(fc.tuple(paths, fc.constantFrom(1 as const, -1 as const)), {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key,
    })
    const one = fc.record({ a: fc.oneof(list, document, small), d: small }, { requiredKeys: [], noNullPrototype: true })
    let compared = 0
    fc.assert(
      fc.property(keys, one, one, (entries, a, b) => {
        const sort: Sort<Item> = Object.fromEntries(entries)
        // The exception that compileSort names.
        if (('a.c' in sort && 'a.0.c' in sort) || ('a.b' in sort && 'a.1.b' in sort)) return
        const expected = compareAsIndex(sort, a, b)
        if (expected === undefined) return
        compared++
        assert.equal(Math.sign(compileSort<Item>(sort)(a, b)), Math.sign(expected) || 0)
      }),
      { numRuns: 10_000 },
    )
    assert.ok(compared > 7_000, 'most have no parallel arrays')
  })

  for (const [what, sort, path] of [
    ['another direction', { a: 'asc' }, 'sort.a'],
    ['an operator', { $meta: 1 }, 'sort.$meta'],
    ['a name of the prototype', { 'a.__proto__': 1 }, 'sort.a.__proto__'],
    ['an array', [], 'sort'],
    ['null', null, 'sort'],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => compileSort<Item>(sort as unknown as Sort<Item>),
        (error) => error instanceof QueryError && error.path === path,
      )
    })
  }
})
