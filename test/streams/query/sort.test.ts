import assert from 'node:assert/strict'
import fc from 'fast-check'
import mongoose from 'mongoose'
import { QueryError } from '../../../src/errors.js'
import { compareValues, compileSort, type Sort } from '../../../src/streams/query.js'

type Item = Record<string, unknown>

const { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } = mongoose.mongo.BSON
const sorted = (sort: Sort<Item>, items: readonly Item[]) => [...items].sort(compileSort<Item>(sort))

/** From least to greatest; values in one row are equal. */
const ladder: readonly (readonly unknown[])[] = [
  [new MinKey()],
  [undefined],
  [null],
  [NaN],
  [-Infinity],
  [-1, Long.fromNumber(-1)],
  [0, -0, new Int32(0), new Double(0)],
  [1.5, Decimal128.fromString('1.50')],
  [2, 2n],
  [9007199254740992],
  [9007199254740993n, Long.fromString('9007199254740993')],
  [Infinity],
  [''],
  ['B'],
  ['a'],
  ['aa'],
  ['ä'],
  [{}],
  [{ a: 1 }, { a: Long.fromNumber(1) }, { a: 1, b: undefined }],
  [{ a: 1, b: 0 }],
  [{ a: 2 }],
  [{ b: 1 }],
  [{ a: 'x' }],
  [[]],
  [[null], [undefined]],
  [[1]],
  [[1, 0]],
  [[2]],
  [['a']],
  [Buffer.from('b'), new Binary(Buffer.from('b'))],
  [Buffer.from('aa')],
  [new ObjectId('000000000000000000000001')],
  [new ObjectId('100000000000000000000000')],
  [false],
  [true],
  [new Date(-1)],
  [new Date(0)],
  [new Timestamp({ t: 1, i: 1 })],
  [new Timestamp({ t: 1, i: 2 })],
  [/a/],
  [/b/],
  [new MaxKey()],
]

describe('compareValues', () => {
  it('is MongoDB’s order over all types', () => {
    const flat = ladder.flatMap((row, rank) => row.map((value) => ({ value, rank })))
    for (const a of flat) for (const b of flat) assert.equal(Math.sign(compareValues(a.value, b.value)), Math.sign(a.rank - b.rank))
  })
})

describe('compileSort', () => {
  const table: readonly (readonly [what: string, sort: Sort<Item>, ascending: readonly Item[]])[] = [
    ['numbers', { a: 1 }, [{ a: NaN }, { a: -1 }, { a: 0 }, { a: 10 }]],
    ['numbers down', { a: -1 }, [{ a: 10 }, { a: 0 }, { a: -1 }, { a: NaN }]],
    ['strings by code unit', { a: 1 }, [{ a: '' }, { a: 'B' }, { a: 'a' }, { a: 'ab' }]],
    [
      'types, missing as null, an empty array first',
      { a: 1 },
      [{ a: [] }, { a: null }, { a: 1 }, { a: 'x' }, { a: {} }, { a: false }, { a: new Date(0) }],
    ],
    ['types down', { a: -1 }, [{ a: new Date(0) }, { a: 'x' }, { a: 1 }, {}, { a: [] }]],
    ['arrays up by the least element', { a: 1 }, [{ a: [9, 1] }, { a: 2 }, { a: [3, 8] }]],
    ['arrays down by the greatest element', { a: -1 }, [{ a: [9, 1] }, { a: [3, 8] }, { a: 2 }]],
    ['an array in an array as a value', { a: 1 }, [{ a: 'x' }, { a: [[1]] }, { a: [[2]] }]],
    ['dates', { a: 1 }, [{ a: new Date(1) }, { a: new Date(2) }]],
    ['a dotted path', { 'a.b': 1 }, [{ a: 5 }, { a: { b: 1 } }, { a: { b: 2 } }, { a: { b: 'x' } }]],
    ['a dotted path through an array', { 'a.b': 1 }, [{ a: [{ b: 5 }, 7] }, { a: [{ b: 3 }, { b: 1 }] }, { a: { b: 2 } }]],
    ['a dotted path through an array, down', { 'a.b': -1 }, [{ a: [{ b: 1 }, { b: 3 }] }, { a: { b: 2 } }, { a: [] }]],
    [
      'a dotted path of three parts, arrays beside documents',
      { 'a.b.c': -1 },
      [
        { a: { b: { c: 'x' } } },
        { a: { b: [{ c: 1 }, { c: 9 }] } },
        { a: { b: { c: 5 } } },
        { a: [{ b: { c: 4 } }] },
        { a: { b: new Date(0) } },
      ],
    ],
    ['a position', { 'a.1': 1 }, [{ a: [9] }, { a: [9, 1] }, { a: [0, 2] }]],
    [
      'two keys',
      { a: 1, b: -1 },
      [
        { a: 1, b: 2 },
        { a: 1, b: 1 },
        { a: 2, b: 9 },
      ],
    ],
    [
      'three keys',
      { a: 1, b: 1, c: 1 },
      [
        { a: 1, b: 1, c: 2 },
        { a: 1, b: 2, c: 0 },
        { a: 2, b: 0, c: 0 },
      ],
    ],
    ['longs beside numbers', { a: 1 }, [{ a: Long.fromNumber(2) }, { a: 9 }, { a: Long.fromNumber(10) }]],
  ]
  for (const [what, sort, ascending] of table) it(what, () => assert.deepEqual(sorted(sort, [...ascending].reverse()), ascending))

  it('finds null, missing and undefined equal', () => {
    const compare = compileSort<Item>({ a: 1 })
    assert.deepEqual([compare({}, { a: null }), compare({ a: undefined }, { a: null }), compare({ a: null }, {})], [0, 0, 0])
  })

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
