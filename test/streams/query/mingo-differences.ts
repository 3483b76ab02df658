/**
 * Where mingo 7 and MongoDB disagree, found by the differential test. What a path leads to is decided by MongoDB's `matcher/path_test.cpp`, the rest by its
 * manual; not yet asked of a server. `finds` is MongoDB's answer, and ours.
 */
export interface Difference {
  readonly what: string
  readonly filter: object
  readonly item: object
  readonly finds: boolean
}

export const mingoDifferences: readonly Difference[] = [
  { what: 'key order counts in documents', filter: { a: { b: 1, c: 2 } }, item: { a: { c: 2, b: 1 } }, finds: false },
  { what: 'null finds the document of an array that lacks the field', filter: { 'a.b': null }, item: { a: [{}] }, finds: true },
  { what: '$gte null finds missing', filter: { a: { $gte: null } }, item: {}, finds: true },
  { what: '$lte null finds missing', filter: { a: { $lte: null } }, item: {}, finds: true },
  { what: '$all: [null] finds missing', filter: { 'a.b': { $all: [null] } }, item: {}, finds: true },
  { what: 'NaN is not less than a number', filter: { 'a.b': { $lte: 0 } }, item: { a: [{ b: NaN }] }, finds: false },
  {
    what: 'lists below a list are each opened',
    filter: { 'a.b': { $gte: 0, $lt: true } },
    item: { a: [{ b: [false, 0] }, { b: [] }] },
    finds: true,
  },
  { what: '$lte NaN finds only NaN', filter: { a: { $elemMatch: { $lte: NaN } } }, item: { a: [0] }, finds: false },
  { what: '$all finds a scalar', filter: { a: { $all: [0] } }, item: { a: 0 }, finds: true },
  { what: '$mod takes only numbers', filter: { a: { $mod: [3, 0] } }, item: { a: '' }, finds: false },
  { what: '$mod cuts the value to an integer', filter: { a: { $mod: [3, 1] } }, item: { a: 1.5 }, finds: true },
  { what: '$type number includes NaN', filter: { a: { $type: 'number' } }, item: { a: NaN }, finds: true },
  { what: '$type opens arrays', filter: { a: { $type: 'object' } }, item: { a: [{}, 0] }, finds: true },
  { what: 'a path ends at an array without documents', filter: { 'a.b': [] }, item: { a: [] }, finds: false },
  { what: '$size through an array without documents', filter: { 'a.b': { $size: 0 } }, item: { a: [] }, finds: false },
  { what: '$size is asked of each array', filter: { 'a.b': { $size: 0 } }, item: { a: [{ b: [] }, { b: [] }] }, finds: true },
  { what: '$exists through a nested array', filter: { 'a.b': { $exists: true } }, item: { a: [0, [{}]] }, finds: false },
  { what: 'a nested array is not opened on the way', filter: { 'a.b': 'a' }, item: { a: [[0, 1, 'a'], 'ab'] }, finds: false },
  { what: 'null past the end of an array', filter: { 'a.0': null }, item: { a: [] }, finds: false },
  {
    what: '$elemMatch with fields takes only documents',
    filter: { a: { $elemMatch: { 'b.c': { $exists: false } } } },
    item: { a: [0] },
    finds: false,
  },
  { what: 'arrays compare element by element', filter: { a: { $gt: [1.5] } }, item: { a: [2, 0] }, finds: true },
  { what: 'documents compare by type, name, value', filter: { a: { $gt: { b: 1 } } }, item: { a: { a: 'x' } }, finds: true },
]
