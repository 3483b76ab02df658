import mongoose from 'mongoose'
import type { Sort } from '../../../src/streams/query.js'

type Item = Record<string, unknown>

const { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } = mongoose.mongo.BSON

/**
 * Values from least to greatest; those in one row are equal. Manual, "Comparison/Sort Order": the order of types, numbers of all classes in one, binary data by length, subtype,
 * bytes; documents by type, name and value of each field.
 */
export const ladder: readonly (readonly unknown[])[] = [
  [new MinKey()],
  [undefined],
  [null],
  [NaN, new Double(NaN)],
  [-Infinity],
  [-1, Long.fromNumber(-1)],
  [0, -0, new Int32(0), new Double(0)],
  [1.5, Decimal128.fromString('1.50')],
  [2, 2n],
  [9007199254740992],
  [9007199254740993n, Long.fromString('9007199254740993')],
  [Infinity, Decimal128.fromString('Infinity')],
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
  [Buffer.from('b'), new Binary(Buffer.from('b')), new Uint8Array([98])],
  [new Binary(Buffer.from('a'), 5)],
  [Buffer.from('aa')],
  [new ObjectId('000000000000000000000001')],
  [new ObjectId('100000000000000000000000')],
  [false],
  [true],
  [new Date(-1)],
  [new Date(0)],
  [new Timestamp({ t: 1, i: 1 })],
  [new Timestamp({ t: 1, i: 2 })],
  [new Timestamp({ t: 4_000_000_000, i: 0 })],
  [/a/],
  [/a/i],
  [/b/],
  [new MaxKey()],
]

/** A sort, and items in its order; those in one row are equal to it. */
export interface SortRow {
  readonly what: string
  readonly sort: Sort<Item>
  readonly order: readonly (readonly Item[])[]
}

const each = (...items: readonly Item[]): readonly (readonly Item[])[] => items.map((item) => [item])

/** Scalars and documents sort as they compare; what is missing as null; an array never as itself. */
const scalars = ladder.map((row) => row.filter((value) => value !== undefined && !Array.isArray(value))).filter((row) => row.length > 0)

/** What the manual and `index/btree_key_generator.cpp` say, which makes the keys of an index and of a sort. */
export const sortTable: readonly SortRow[] = [
  { what: 'all types', sort: { a: 1 }, order: scalars.map((row) => row.map((a) => ({ a }))) },
  { what: 'all types down', sort: { a: -1 }, order: scalars.map((row) => row.map((a) => ({ a }))).reverse() },
  { what: 'all types at a dotted path', sort: { 'a.b': 1 }, order: scalars.map((row) => row.map((b) => ({ a: { b } }))) },
  {
    what: 'missing as null, an empty array before it',
    sort: { a: 1 },
    order: [
      [{ a: new MinKey() }],
      [{ a: [] }],
      [{}, { a: null }, { a: undefined }, { a: [null] }, { a: [1, null] }],
      [{ a: NaN }],
      [{ a: 0 }],
    ],
  },
  {
    what: 'missing as null, an empty array after it, down',
    sort: { a: -1 },
    order: [[{ a: 0 }], [{ a: NaN }], [{}, { a: null }, { a: [null] }], [{ a: [] }], [{ a: new MinKey() }]],
  },
  { what: 'an array up by its least element', sort: { a: 1 }, order: [[{ a: [9, 1] }, { a: [1] }, { a: 1 }], [{ a: 2 }], [{ a: [3, 8] }]] },
  {
    what: 'an array down by its greatest element',
    sort: { a: -1 },
    order: [[{ a: [9, 1] }, { a: [9] }, { a: 9 }], [{ a: [3, 8] }], [{ a: 2 }]],
  },
  {
    what: 'an array of several types up',
    sort: { a: 1 },
    order: each({ a: [true, 1] }, { a: ['x', false] }, { a: [{}, new Date(0)] }, { a: [false] }),
  },
  {
    what: 'an array of several types down',
    sort: { a: -1 },
    order: each({ a: [{}, new Date(0)] }, { a: [true, 1] }, { a: ['x', false] }, { a: [{}] }),
  },
  {
    what: 'an array in an array as a value',
    sort: { a: 1 },
    order: [
      [{ a: 1 }, { a: [[0], 1] }],
      [{ a: 'x' }],
      [{ a: [[]] }],
      [{ a: [[0], [9]] }],
      [{ a: [[1]] }, { a: [[1], [1]] }],
      [{ a: [[[]]] }],
    ],
  },
  {
    what: 'an array in an array as a value, down',
    sort: { a: -1 },
    order: [[{ a: [[0], 'x'] }, { a: [[0]] }], [{ a: [[]] }], [{ a: 'x' }], [{ a: [] }]],
  },
  {
    what: 'a dotted path',
    sort: { 'a.b': 1 },
    order: [[{ a: { b: [] } }], [{}, { a: null }, { a: 5 }, { a: {} }, { a: { b: null } }], [{ a: { b: 1 } }], [{ a: { b: [2, 3] } }]],
  },
  {
    what: 'a dotted path through an array, an element without the field as null',
    sort: { 'a.b': 1 },
    order: [
      [{ a: [{ b: [] }, { b: 1 }] }],
      [{ a: [{ b: 5 }, 7] }, { a: [{ b: 5 }, {}] }, { a: [] }, { a: [1, 2] }, { a: [[{ b: 1 }]] }],
      [{ a: [{ b: 3 }, { b: 1 }] }, { a: [{ b: 1 }] }, { a: { b: 1 } }],
      [{ a: [{ b: [3, 2] }] }],
    ],
  },
  {
    what: 'a dotted path through an array, down',
    sort: { 'a.b': -1 },
    order: [
      [{ a: [{ b: 1 }, { b: [3, 0] }] }, { a: { b: 3 } }],
      [{ a: [{ b: 2 }, {}] }],
      [{ a: [] }, { a: [[{ b: 9 }]] }],
      [{ a: [{ b: [] }] }],
    ],
  },
  {
    what: 'a dotted path of three parts, arrays beside documents, down',
    sort: { 'a.b.c': -1 },
    order: [
      [{ a: { b: { c: 'x' } } }],
      [{ a: { b: [{ c: 1 }, { c: 9 }] } }, { a: [{ b: [{ c: 9 }] }, { b: { c: 1 } }] }],
      [{ a: { b: { c: 5 } } }],
      [{ a: [{ b: { c: 4 } }] }],
      [{ a: { b: new Date(0) } }, { a: [{ b: [] }] }],
    ],
  },
  {
    what: 'a position',
    sort: { 'a.1': 1 },
    order: [[{ a: [9] }, { a: [] }, { a: 9 }], [{ a: [9, 1] }, { a: { 1: 1 } }], [{ a: [0, 2] }], [{ a: [0, [1]] }]],
  },
  {
    what: 'a position on the way',
    sort: { 'a.0.b': 1 },
    order: [[{ a: [{}, { b: 0 }] }], [{ a: [{ b: 1 }, { b: 0 }] }, { a: [[{ b: 1 }, { b: 4 }]] }], [{ a: [{ b: [3, 2] }] }]],
  },
  {
    what: 'a name of digits that is no position',
    sort: { 'a.01': 1 },
    order: [
      [{ a: [1, 2] }, {}],
      [{ a: { '01': 1 } }, { a: [{ '01': 1 }] }],
    ],
  },
  { what: 'two keys', sort: { a: 1, b: -1 }, order: each({ a: 1, b: 2 }, { a: 1, b: 1 }, { a: 1 }, { a: 2, b: 9 }) },
  { what: 'three keys', sort: { a: 1, b: 1, c: 1 }, order: each({ a: 1, b: 1, c: 2 }, { a: 1, b: 2, c: 0 }, { a: 2, b: 0, c: 0 }) },
  {
    what: 'five keys',
    sort: { a: 1, b: 1, c: 1, d: 1, e: -1 },
    order: each({ a: 1, e: 2 }, { a: 1, e: 1 }, { a: 1, d: 0 }, { a: 1, c: 0 }, { a: 1, b: 0 }),
  },
  {
    what: 'two keys, an array in one of them',
    sort: { a: 1, b: 1 },
    order: [
      [
        { a: [5, 1], b: 1 },
        { a: 1, b: 1 },
      ],
      [{ a: [1, 7], b: 2 }],
      [
        { a: 5, b: [3, 0] },
        { a: 5, b: 0 },
      ],
      [{ a: 5, b: [1] }],
    ],
  },
  {
    what: 'two keys through one array take the first pair, not the first of each',
    sort: { 'a.b': 1, 'a.c': 1 },
    order: [
      [
        {
          a: [
            { b: 1, c: 5 },
            { b: 3, c: 0 },
          ],
        },
        { a: { b: 1, c: 5 } },
      ],
      [
        {
          a: [
            { b: 2, c: 0 },
            { b: 1, c: 9 },
          ],
        },
      ],
      [{ a: [{ b: 2, c: 0 }] }],
    ],
  },
  {
    what: 'two keys through one array, up and down',
    sort: { 'a.b': 1, 'a.c': -1 },
    order: [
      [
        {
          a: [
            { b: 1, c: 3 },
            { b: 1, c: 9 },
            { b: 2, c: 99 },
          ],
        },
      ],
      [{ a: [{ b: 1, c: 5 }] }],
      [{ a: [{ b: 1 }, { b: 2, c: 99 }] }],
    ],
  },
  {
    what: 'two keys through one array, a key between',
    sort: { 'a.b': 1, d: 1, 'a.c': 1 },
    order: [
      [
        {
          a: [
            { b: 2, c: 0 },
            { b: 1, c: 9 },
          ],
          d: 1,
        },
      ],
      [
        {
          a: [
            { b: 2, c: 0 },
            { b: 1, c: 8 },
          ],
          d: 2,
        },
      ],
      [{ a: [{ b: 1, c: 9 }], d: 2 }],
    ],
  },
  {
    what: 'two keys through two arrays, one in the other',
    sort: { 'a.b.c': -1, 'a.d': 1 },
    order: [
      [
        {
          a: [
            { b: [{ c: 1 }, { c: 9 }], d: 5 },
            { b: { c: 8 }, d: 0 },
          ],
        },
      ],
      [{ a: [{ b: [{ c: 9 }], d: 6 }] }],
      [{ a: [{ b: { c: 8 }, d: 0 }] }],
    ],
  },
  { what: 'an array and one of its positions', sort: { a: 1, 'a.0': -1 }, order: each({ a: [5, 1] }, { a: [1, 5] }, { a: [2, 9] }) },
]
