import mongoose from 'mongoose'

const { Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp } = mongoose.mongo.BSON

/** A filter, the items that MongoDB's manual or matcher says it finds, and those that it doesn't. */
export interface MatchRow {
  readonly filter: object
  readonly finds: readonly object[]
  readonly leaves: readonly object[]
  readonly allowRegExp?: boolean
}

const id = new ObjectId('65a1b2c3d4e5f60718293a4b')
const sameId = new ObjectId('65a1b2c3d4e5f60718293a4b')
const day = (n: number) => new Date(Date.UTC(2024, 0, n))

export const matchTable: Readonly<Record<string, readonly MatchRow[]>> = {
  'the whole': [
    { filter: {}, finds: [{}, { a: 1 }], leaves: [] },
    { filter: { a: 1, b: 2 }, finds: [{ a: 1, b: 2 }], leaves: [{ a: 1 }, { b: 2 }, { a: 2, b: 2 }, {}] },
    {
      filter: { a: 1, b: 2, c: 3 },
      finds: [{ c: 3, b: 2, a: 1 }],
      leaves: [
        { a: 1, b: 2 },
        { a: 1, b: 2, c: 4 },
      ],
    },
  ],
  equality: [
    {
      filter: { a: 1 },
      finds: [{ a: 1 }, { a: [1, 2] }],
      leaves: [{ a: 2 }, { a: '1' }, { a: true }, { a: [[1]] }, {}, { a: null }, { a: { b: 1 } }],
    },
    { filter: { a: { $eq: 'x' } }, finds: [{ a: 'x' }, { a: ['y', 'x'] }], leaves: [{ a: 'X' }, { a: ['y'] }, {}] },
    { filter: { a: true }, finds: [{ a: true }, { a: [false, true] }], leaves: [{ a: 1 }, { a: 'true' }, { a: false }] },
    { filter: { a: 0 }, finds: [{ a: 0 }, { a: -0 }], leaves: [{ a: false }, { a: '' }, { a: null }] },
    { filter: { a: NaN }, finds: [{ a: NaN }, { a: [1, NaN] }], leaves: [{ a: 1 }, { a: null }, {}] },
    { filter: { a: Infinity }, finds: [{ a: Infinity }], leaves: [{ a: -Infinity }, { a: NaN }] },
    { filter: { a: { b: 1 } }, finds: [{ a: { b: 1 } }, { a: [{ b: 1 }] }], leaves: [{ a: { b: 1, c: 2 } }, { a: {} }, { a: { b: [1] } }] },
    { filter: { a: { b: 1, c: 2 } }, finds: [{ a: { b: 1, c: 2 } }], leaves: [{ a: { c: 2, b: 1 } }] },
    { filter: { a: {} }, finds: [{ a: {} }], leaves: [{ a: { b: 1 } }, { a: [] }, {}] },
    { filter: { a: [1, 2] }, finds: [{ a: [1, 2] }, { a: [[1, 2], 3] }], leaves: [{ a: [2, 1] }, { a: [1, 2, 3] }, { a: [1] }, { a: 1 }] },
    { filter: { a: [] }, finds: [{ a: [] }, { a: [[]] }], leaves: [{}, { a: null }, { a: [1] }] },
    { filter: { a: [[1]] }, finds: [{ a: [[1]] }, { a: [[[1]]] }], leaves: [{ a: [1] }] },
  ],
  'null and missing': [
    {
      filter: { a: null },
      finds: [{}, { a: null }, { a: [1, null] }, { a: undefined }],
      leaves: [{ a: 0 }, { a: '' }, { a: false }, { a: [] }, { a: NaN }],
    },
    { filter: { a: { $ne: null } }, finds: [{ a: 0 }, { a: [] }], leaves: [{}, { a: null }, { a: [null] }] },
    {
      filter: { 'a.b': null },
      finds: [{}, { a: 4 }, { a: null }, { a: {} }, { a: { b: null } }, { a: [{ b: 3 }, {}] }],
      leaves: [{ a: { b: 1 } }, { a: [] }, { a: [1, 2] }, { a: [{ b: 3 }] }, { a: [[]] }],
    },
    { filter: { a: { $in: [null, 1] } }, finds: [{}, { a: null }, { a: 1 }], leaves: [{ a: 2 }, { a: [] }] },
    { filter: { a: { $nin: [null] } }, finds: [{ a: 1 }, { a: [] }], leaves: [{}, { a: null }] },
    { filter: { a: { $gte: null } }, finds: [{}, { a: null }], leaves: [{ a: 0 }, { a: '' }] },
    { filter: { a: { $lte: null } }, finds: [{}, { a: null }], leaves: [{ a: 0 }] },
    { filter: { a: { $gt: null } }, finds: [], leaves: [{}, { a: null }, { a: 1 }] },
    { filter: { a: { $lt: null } }, finds: [], leaves: [{}, { a: null }, { a: 1 }] },
  ],
  'comparison and type bracketing': [
    {
      filter: { a: { $gt: 5 } },
      finds: [{ a: 6 }, { a: 5.1 }, { a: Infinity }, { a: [1, 6] }],
      leaves: [{ a: 5 }, { a: '6' }, { a: null }, {}, { a: NaN }, { a: true }, { a: day(1) }, { a: [5] }, { a: {} }],
    },
    { filter: { a: { $gte: 5 } }, finds: [{ a: 5 }, { a: [5] }], leaves: [{ a: 4.9 }, { a: NaN }, {}] },
    {
      filter: { a: { $lt: 5 } },
      finds: [{ a: 4 }, { a: -Infinity }, { a: [9, 4] }],
      leaves: [{ a: 5 }, { a: null }, {}, { a: NaN }, { a: '' }, { a: false }, { a: [] }],
    },
    { filter: { a: { $lte: 5 } }, finds: [{ a: 5 }], leaves: [{ a: 6 }, { a: NaN }, {}] },
    { filter: { a: { $gt: 1, $lt: 3 } }, finds: [{ a: 2 }, { a: [0, 9] }, { a: [2] }], leaves: [{ a: 1 }, { a: 3 }, { a: [9] }] },
    { filter: { a: { $gte: NaN } }, finds: [{ a: NaN }], leaves: [{ a: 1 }, {}] },
    { filter: { a: { $lte: NaN } }, finds: [{ a: NaN }], leaves: [{ a: 1 }, {}] },
    { filter: { a: { $lt: NaN } }, finds: [], leaves: [{ a: NaN }, { a: 1 }] },
    { filter: { a: { $lt: 5 } }, finds: [{ a: new Double(4) }], leaves: [{ a: [NaN] }, { a: new Double(NaN) }] },
    {
      filter: { a: { $gt: 'b' } },
      finds: [{ a: 'c' }, { a: 'ba' }, { a: ['a', 'c'] }],
      leaves: [{ a: 'b' }, { a: 'B' }, { a: 9 }, { a: {} }],
    },
    { filter: { a: { $lte: 'b' } }, finds: [{ a: 'b' }, { a: 'B' }, { a: '' }], leaves: [{ a: 'c' }, { a: 1 }, {}] },
    { filter: { a: { $gt: false } }, finds: [{ a: true }], leaves: [{ a: false }, { a: 1 }] },
    {
      filter: { a: { $gt: { b: 1 } } },
      finds: [{ a: { b: 2 } }, { a: { b: 1, c: 0 } }, { a: { c: 0 } }, { a: { b: 'x' } }],
      leaves: [{ a: { b: 1 } }, { a: { a: 9 } }, { a: {} }, { a: 5 }],
    },
    {
      filter: { a: { $gt: [1, 2] } },
      finds: [{ a: [1, 3] }, { a: [1, 2, 0] }, { a: [2] }, { a: [[5]] }],
      leaves: [{ a: [1, 2] }, { a: [1] }, { a: 5 }],
    },
    { filter: { a: { $lt: [1, 2] } }, finds: [{ a: [1] }, { a: [] }, { a: [0, 9] }], leaves: [{ a: [1, 2] }, { a: 0 }] },
  ],
  lists: [
    { filter: { a: { $in: [1, 'x'] } }, finds: [{ a: 1 }, { a: 'x' }, { a: [5, 'x'] }], leaves: [{ a: 2 }, { a: '1' }, {}, { a: [] }] },
    { filter: { a: { $in: [] } }, finds: [], leaves: [{}, { a: 1 }, { a: [] }] },
    {
      filter: { a: { $in: [[1, 2], { b: 1 }] } },
      finds: [{ a: [1, 2] }, { a: { b: 1 } }, { a: [[1, 2]] }],
      leaves: [{ a: 1 }, { a: [1] }],
    },
    { filter: { a: { $in: [day(1), NaN] } }, finds: [{ a: day(1) }, { a: NaN }], leaves: [{ a: day(2) }, { a: day(1).getTime() }] },
    { filter: { a: { $nin: [1, 2] } }, finds: [{ a: 3 }, {}, { a: [] }, { a: 'x' }], leaves: [{ a: 1 }, { a: [3, 2] }] },
    { filter: { a: { $nin: [] } }, finds: [{}, { a: 1 }], leaves: [] },
    { filter: { a: { $ne: 1 } }, finds: [{ a: 2 }, {}, { a: [] }, { a: '1' }], leaves: [{ a: 1 }, { a: [2, 1] }] },
    { filter: { a: { $ne: [1] } }, finds: [{ a: 1 }, { a: [1, 2] }], leaves: [{ a: [1] }, { a: [[1]] }] },
  ],
  'paths through documents and arrays': [
    {
      filter: { 'a.b': 1 },
      finds: [{ a: { b: 1 } }, { a: [{ b: 1 }] }, { a: [{}, { b: [2, 1] }] }],
      leaves: [{ 'a.b': 1 }, { a: 1 }, { a: [[{ b: 1 }]] }, {}, { a: null }],
    },
    {
      filter: { 'a.b.c': 1 },
      finds: [{ a: { b: { c: 1 } } }, { a: [{ b: [{ c: 1 }] }] }],
      leaves: [{ a: { b: 1 } }, { a: [{ b: [[{ c: 1 }]] }] }],
    },
    {
      filter: { 'a.0': 1 },
      finds: [{ a: [1, 2] }, { a: { 0: 1 } }, { a: [{ 0: 1 }] }, { a: [9, { 0: 1 }] }],
      leaves: [{ a: [2, 1] }, { a: [[1]] }, { a: 1 }, { a: [] }],
    },
    { filter: { 'a.1': [2, 4] }, finds: [{ a: [5, [2, 4], 3] }], leaves: [{ a: [[2, 4], 5] }, { a: [5, [[2, 4]]] }] },
    { filter: { 'a.1': 2 }, finds: [{ a: [5, 2] }], leaves: [{ a: [5, [2, 4]] }] },
    {
      filter: { 'a.0.b': 1 },
      finds: [{ a: [{ b: 1 }] }, { a: [[{ b: 1 }]] }, { a: { 0: { b: 1 } } }],
      leaves: [{ a: [{}, { b: 1 }] }, { a: [1] }],
    },
    { filter: { 'a.1.b': null }, finds: [{ a: [5, { b: 4 }, 3] }, { a: {} }], leaves: [{ a: [5, 6] }, { a: [5, [{ b: 4 }]] }] },
    { filter: { 'a.0.0': 1 }, finds: [{ a: [[1]] }, { a: [{ 0: [1] }] }], leaves: [{ a: [1] }, { a: [[[1]]] }] },
    { filter: { 'a.01': 1 }, finds: [{ a: { '01': 1 } }], leaves: [{ a: [0, 1] }] },
    {
      filter: { 'a.b': { $gt: 1, $lt: 3 } },
      finds: [{ a: [{ b: 0 }, { b: 9 }, { b: 2 }] }, { a: [{ b: 0 }, { b: 9 }] }],
      leaves: [{ a: [{ b: 9 }] }],
    },
    { filter: { 'a.b': { $ne: 1 } }, finds: [{ a: [{ b: 2 }] }, {}, { a: 5 }], leaves: [{ a: [{ b: 2 }, { b: 1 }] }] },
    { filter: { 'a.b': [1, 2] }, finds: [{ a: { b: [1, 2] } }, { a: [{ b: [1, 2] }] }], leaves: [{ a: [{ b: 1 }, { b: 2 }] }] },
    { filter: { toString: { $exists: true } }, finds: [{ toString: 1 }], leaves: [{}] },
    { filter: { 'a.length': 2 }, finds: [{ a: { length: 2 } }], leaves: [{ a: [1, 2] }, { a: 'xx' }] },
  ],
  logic: [
    { filter: { $and: [{ a: 1 }, { a: 2 }] }, finds: [{ a: [1, 2] }], leaves: [{ a: 1 }] },
    { filter: { $or: [{ a: 1 }, { b: 2 }] }, finds: [{ a: 1 }, { b: 2 }], leaves: [{ a: 2 }, {}] },
    { filter: { $nor: [{ a: 1 }, { b: 2 }] }, finds: [{}, { a: 2, b: 1 }], leaves: [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }] },
    {
      filter: { c: 3, $or: [{ a: 1 }, { $and: [{ b: 1 }, { b: { $ne: null } }] }] },
      finds: [{ c: 3, b: 1 }],
      leaves: [{ b: 1 }, { c: 3 }],
    },
    { filter: { a: { $not: { $gt: 5 } } }, finds: [{ a: 5 }, {}, { a: 'x' }, { a: null }, { a: NaN }], leaves: [{ a: 6 }, { a: [1, 6] }] },
    { filter: { a: { $not: { $gt: 5, $lt: 9 } } }, finds: [{ a: 9 }, { a: 5 }], leaves: [{ a: 7 }, { a: [1, 20] }] },
    { filter: { a: { $not: { $not: { $eq: 1 } } } }, finds: [{ a: 1 }], leaves: [{ a: 2 }, {}] },
  ],
  existence: [
    { filter: { a: { $exists: true } }, finds: [{ a: null }, { a: 0 }, { a: [] }], leaves: [{}, { b: 1 }, { a: undefined }] },
    { filter: { a: { $exists: false } }, finds: [{}], leaves: [{ a: null }, { a: [] }] },
    {
      filter: { 'a.b': { $exists: true } },
      finds: [{ a: { b: null } }, { a: [{}, { b: 1 }] }],
      leaves: [{ a: [{}] }, { a: 1 }, { a: [] }, {}],
    },
    { filter: { 'a.b': { $exists: false } }, finds: [{ a: [] }, { a: [1] }, {}], leaves: [{ a: [{}, { b: 1 }] }] },
    { filter: { 'a.1': { $exists: true } }, finds: [{ a: [1, 2] }, { a: [1, null] }], leaves: [{ a: [1] }] },
  ],
  types: [
    { filter: { a: { $type: 'string' } }, finds: [{ a: 'x' }, { a: [1, 'x'] }], leaves: [{ a: 1 }, {}, { a: null }] },
    {
      filter: { a: { $type: 'number' } },
      finds: [{ a: 1 }, { a: 1.5 }, { a: NaN }, { a: Long.fromNumber(1) }, { a: Decimal128.fromString('1') }],
      leaves: [{ a: '1' }],
    },
    {
      filter: { a: { $type: 'int' } },
      finds: [{ a: 1 }, { a: new Int32(1) }, { a: -2147483648 }],
      leaves: [{ a: 1.5 }, { a: 2 ** 31 }, { a: new Double(1) }, { a: 1n }],
    },
    { filter: { a: { $type: 'double' } }, finds: [{ a: 1.5 }, { a: 2 ** 31 }, { a: new Double(1) }], leaves: [{ a: 1 }] },
    {
      filter: { a: { $type: ['long', 19] } },
      finds: [{ a: 1n }, { a: Long.fromNumber(1) }, { a: Decimal128.fromString('1') }],
      leaves: [{ a: 1 }],
    },
    { filter: { a: { $type: 'array' } }, finds: [{ a: [] }, { a: [[1]] }], leaves: [{ a: 1 }, { a: { 0: 1 } }] },
    { filter: { a: { $type: 3 } }, finds: [{ a: {} }, { a: [{}] }], leaves: [{ a: [] }, { a: null }, { a: day(1) }, { a: id }] },
    { filter: { a: { $type: 'null' } }, finds: [{ a: null }, { a: [null] }], leaves: [{}, { a: 0 }] },
    { filter: { a: { $type: ['bool', 'date'] } }, finds: [{ a: false }, { a: day(1) }], leaves: [{ a: 0 }] },
    { filter: { a: { $type: 'objectId' } }, finds: [{ a: id }], leaves: [{ a: id.toHexString() }] },
    { filter: { a: { $type: 'binData' } }, finds: [{ a: new Binary(Buffer.from('x')) }, { a: Buffer.from('x') }], leaves: [{ a: 'x' }] },
    { filter: { a: { $type: 'regex' } }, finds: [{ a: /x/ }], leaves: [{ a: 'x' }] },
  ],
  arrays: [
    { filter: { a: { $all: [1, 2] } }, finds: [{ a: [2, 1, 3] }], leaves: [{ a: [1] }, { a: 1 }, {}] },
    { filter: { a: { $all: [1] } }, finds: [{ a: 1 }, { a: [1] }], leaves: [{ a: 2 }] },
    { filter: { a: { $all: [[1, 2]] } }, finds: [{ a: [1, 2] }, { a: [[1, 2]] }], leaves: [{ a: [1, 2, 3] }] },
    { filter: { a: { $all: [] } }, finds: [], leaves: [{}, { a: [] }, { a: [1] }] },
    { filter: { a: { $all: [null] } }, finds: [{}, { a: null }], leaves: [{ a: 1 }] },
    { filter: { 'a.b': { $all: [1, 2] } }, finds: [{ a: [{ b: 1 }, { b: 2 }] }], leaves: [{ a: [{ b: 1 }] }] },
    {
      filter: { a: { $all: [{ $elemMatch: { b: 1, c: 2 } }, { $elemMatch: { b: 3 } }] } },
      finds: [{ a: [{ b: 3 }, { b: 1, c: 2 }] }],
      leaves: [{ a: [{ b: 1 }, { c: 2 }, { b: 3 }] }],
    },
    {
      filter: { a: { $elemMatch: { b: 1, c: 2 } } },
      finds: [{ a: [{ b: 1, c: 2 }] }, { a: [{}, { b: [1], c: 2 }] }],
      leaves: [{ a: [{ b: 1 }, { c: 2 }] }, { a: { b: 1, c: 2 } }, { a: [] }, {}],
    },
    { filter: { a: { $elemMatch: { $gt: 1, $lt: 3 } } }, finds: [{ a: [0, 2] }], leaves: [{ a: [0, 9] }, { a: 2 }, { a: [[2]] }] },
    { filter: { a: { $elemMatch: { $elemMatch: { $eq: 1 } } } }, finds: [{ a: [[1]] }], leaves: [{ a: [1] }, { a: [[[1]]] }] },
    { filter: { a: { $elemMatch: { 0: 1 } } }, finds: [{ a: [[1, 2]] }, { a: [{ 0: 1 }] }], leaves: [{ a: [1] }, { a: [[2, 1]] }] },
    { filter: { a: { $elemMatch: { length: 2 } } }, finds: [{ a: [{ length: 2 }] }], leaves: [{ a: [[1, 2]] }] },
    { filter: { a: { $elemMatch: { $or: [{ b: 1 }, { c: 1 }] } } }, finds: [{ a: [{ c: 1 }] }], leaves: [{ a: [{ d: 1 }] }] },
    { filter: { a: { $elemMatch: { $not: { $gt: 5 } } } }, finds: [{ a: [9, 1] }], leaves: [{ a: [9] }, { a: [] }] },
    { filter: { a: { $elemMatch: { $ne: 1 } } }, finds: [{ a: [1, 2] }], leaves: [{ a: [1] }, { a: 2 }] },
    { filter: { a: { $elemMatch: {} } }, finds: [{ a: [{}] }, { a: [{ b: 1 }] }], leaves: [{ a: [1] }, { a: [] }] },
    { filter: { a: { $elemMatch: { $in: [null] } } }, finds: [{ a: [null] }], leaves: [{ a: [] }, {}, { a: null }] },
    { filter: { 'a.b': { $elemMatch: { c: 1 } } }, finds: [{ a: [{ b: [{ c: 1 }] }] }], leaves: [{ a: [{ b: { c: 1 } }] }] },
    { filter: { a: { $not: { $elemMatch: { b: 1 } } } }, finds: [{ a: [] }, {}], leaves: [{ a: [{ b: 1 }] }] },
    {
      filter: { a: { $size: 2 } },
      finds: [{ a: [1, 2] }, { a: [[], []] }],
      leaves: [{ a: [1] }, { a: [[1, 2]] }, { a: 2 }, { a: 'xx' }, {}],
    },
    { filter: { a: { $size: 0 } }, finds: [{ a: [] }], leaves: [{}, { a: null }, { a: [[]] }] },
    { filter: { 'a.b': { $size: 1 } }, finds: [{ a: [{ b: [] }, { b: [1] }] }], leaves: [{ a: [{ b: [] }] }] },
  ],
  remainders: [
    {
      filter: { a: { $mod: [4, 0] } },
      finds: [{ a: 8 }, { a: 0 }, { a: -4 }, { a: 4.5 }, { a: [1, 4] }, { a: Long.fromNumber(12) }],
      leaves: [{ a: 5 }, { a: NaN }, { a: Infinity }, { a: '4' }, {}, { a: null }],
    },
    { filter: { a: { $mod: [4, 1] } }, finds: [{ a: 5 }], leaves: [{ a: -5 }, { a: 4 }] },
    { filter: { a: { $mod: [4, -1] } }, finds: [{ a: -5 }], leaves: [{ a: 5 }] },
    { filter: { a: { $mod: [4.9, 1.9] } }, finds: [{ a: 5 }], leaves: [{ a: 6 }] },
    { filter: { a: { $mod: [10, 7] } }, finds: [{ a: 9007199254740997n }], leaves: [{ a: 9007199254740996n }] },
  ],
  'prefixes (ours)': [
    {
      filter: { a: { $prefix: 'ab' } },
      finds: [{ a: 'ab' }, { a: 'abc' }, { a: ['x', 'abc'] }],
      leaves: [{ a: 'Ab' }, { a: 'xab' }, { a: 1 }, {}],
    },
    { filter: { a: { $prefix: 'a.' } }, finds: [{ a: 'a.b' }], leaves: [{ a: 'ab' }] },
    { filter: { a: { $prefix: '' } }, finds: [{ a: '' }, { a: 'x' }], leaves: [{ a: 1 }, {}] },
    { filter: { a: { $prefix: 'äB', $caseInsensitive: true } }, finds: [{ a: 'Äbc' }, { a: 'äB' }], leaves: [{ a: 'ab' }] },
    { filter: { a: { $not: { $prefix: 'a' } } }, finds: [{ a: 'b' }, {}], leaves: [{ a: 'a' }] },
  ],
  'regular expressions, where allowed': [
    {
      filter: { a: /^ab/i },
      allowRegExp: true,
      finds: [{ a: 'ABC' }, { a: ['x', 'ab'] }, { a: /^ab/i }],
      leaves: [{ a: 'xab' }, { a: 1 }, {}, { a: /^ab/ }],
    },
    { filter: { a: /a/g }, allowRegExp: true, finds: [{ a: 'a' }, { a: 'a' }, { a: 'a' }], leaves: [{ a: 'b' }] },
    { filter: { a: { $in: [/^a/, 5] } }, allowRegExp: true, finds: [{ a: 'ab' }, { a: 5 }], leaves: [{ a: 'b' }, { a: 6 }] },
    { filter: { a: { $not: /^a/ } }, allowRegExp: true, finds: [{ a: 'b' }, {}, { a: 1 }], leaves: [{ a: 'ab' }] },
    { filter: { a: { $all: [/a/, /b/] } }, allowRegExp: true, finds: [{ a: ['a', 'b'] }, { a: 'ab' }], leaves: [{ a: 'a' }] },
  ],
  'dates and BSON values': [
    {
      filter: { a: day(2) },
      finds: [{ a: day(2) }, { a: [day(1), day(2)] }],
      leaves: [{ a: day(3) }, { a: day(2).getTime() }, { a: day(2).toISOString() }],
    },
    {
      filter: { a: { $gt: day(2) } },
      finds: [{ a: day(3) }],
      leaves: [{ a: day(2) }, { a: day(1) }, { a: Infinity }, { a: new Timestamp({ t: 2e9, i: 1 }) }],
    },
    { filter: { a: { $lte: day(2) } }, finds: [{ a: day(2) }], leaves: [{ a: day(3) }, { a: 0 }, { a: null }] },
    { filter: { a: id }, finds: [{ a: sameId }, { a: [sameId] }], leaves: [{ a: new ObjectId() }, { a: id.toHexString() }, {}] },
    { filter: { a: { $in: [id] } }, finds: [{ a: sameId }], leaves: [{ a: id.toHexString() }] },
    {
      filter: { a: { $gt: new ObjectId('000000000000000000000001') } },
      finds: [{ a: id }],
      leaves: [{ a: new ObjectId('000000000000000000000001') }, { a: 'f' }, { a: day(1) }],
    },
    {
      filter: { a: 5 },
      finds: [{ a: Long.fromNumber(5) }, { a: new Int32(5) }, { a: new Double(5) }, { a: Decimal128.fromString('5.0') }, { a: 5n }],
      leaves: [{ a: Long.fromNumber(6) }],
    },
    { filter: { a: 5n }, finds: [{ a: 5 }, { a: Long.fromNumber(5) }, { a: [5] }], leaves: [{ a: 6 }, { a: '5' }] },
    { filter: { a: { $gt: 2n ** 2000n } }, finds: [{ a: Infinity }], leaves: [{ a: 5 }, { a: 2n ** 1999n }] },
    { filter: { a: { $gte: 5n } }, finds: [{ a: 5 }, { a: 5.5 }], leaves: [{ a: 4 }] },
    { filter: { a: Long.fromNumber(5) }, finds: [{ a: 5 }, { a: new Int32(5) }], leaves: [{ a: '5' }, { a: 6 }] },
    { filter: { a: { $in: [5, 6] } }, finds: [{ a: Long.fromNumber(5) }, { a: [6n] }], leaves: [{ a: new Int32(7) }] },
    { filter: { a: { $in: [Long.fromNumber(5)] } }, finds: [{ a: 5 }], leaves: [{ a: 4 }] },
    { filter: { a: { $gt: 10 } }, finds: [{ a: Long.fromNumber(100) }, { a: 11n }], leaves: [{ a: Long.fromNumber(9) }] },
    { filter: { a: { $gt: 9007199254740992n } }, finds: [{ a: Long.fromString('9007199254740993') }], leaves: [{ a: 9007199254740992 }] },
    { filter: { a: Long.fromString('9007199254740993') }, finds: [{ a: 9007199254740993n }], leaves: [{ a: 9007199254740992 }] },
    {
      filter: { a: new Binary(Buffer.from('xy')) },
      finds: [{ a: Buffer.from('xy') }, { a: new Binary(Buffer.from('xy')) }],
      leaves: [{ a: new Binary(Buffer.from('xy'), 5) }, { a: 'xy' }],
    },
    {
      filter: { a: { $gt: Buffer.from('b') } },
      finds: [{ a: Buffer.from('aa') }, { a: Buffer.from('c') }],
      leaves: [{ a: Buffer.from('b') }],
    },
    {
      filter: { a: new Timestamp({ t: 1, i: 2 }) },
      finds: [{ a: new Timestamp({ t: 1, i: 2 }) }],
      leaves: [{ a: new Timestamp({ t: 1, i: 3 }) }],
    },
    { filter: { a: { $exists: true } }, finds: [{ a: { _bsontype: 'Long' } }], leaves: [] },
    { filter: { a: { $gt: 1 } }, finds: [], leaves: [{ a: { _bsontype: 'Long' } }] },
  ],
}
