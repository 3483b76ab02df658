import mongoose from 'mongoose'
import { show } from './show.js'

const { Binary, Double, Long, MinKey, ObjectId } = mongoose.mongo.BSON

/** Where an engine and MongoDB disagree. The run fails when one of them no longer does. */
export interface Exception {
  readonly engine: 'SecantusDB' | 'mingo'
  readonly what: string
  /** What decides: a page below https://www.mongodb.com/docs/manual/, or a source of the server below https://github.com/mongodb/mongo/tree/master/src/mongo/db/. */
  readonly source: string
}

export interface FilterException extends Exception {
  readonly filter: object
  readonly item: object
  /** MongoDB's answer, and ours. */
  readonly finds: boolean
  /** Whether it may be the reason for another difference, by what is written in filter and item. mingo's are kept out of its way instead. */
  readonly covers?: (filter: string, item: string) => boolean
}

const page = (operator: string) => `reference/operator/query/${operator}/`
const pathSource = 'matcher/path.cpp'
const leafSource = 'matcher/expression_leaf.cpp'
const nested = (item: string) => /\[[^\]]*\[/.test(item)

const ofSecantus: readonly Omit<FilterException, 'engine'>[] = [
  {
    what: 'null past the end of an array',
    source: pathSource,
    filter: { 'a.0': null },
    item: { a: [] },
    finds: false,
    covers: (filter) => /\.\d|'\d'/.test(filter) && /null|M(in|ax)Key/.test(filter),
  },
  {
    what: '$all: [null] finds missing, as $and of equalities does',
    source: page('all'),
    filter: { a: { $all: [null] } },
    item: {},
    finds: true,
    covers: (filter) => /\$all': \[.*null/.test(filter),
  },
  {
    what: '$all: [[]] finds an empty array itself',
    source: `${page('all')}#use--all-to-match-values`,
    filter: { a: { $all: [[]] } },
    item: { a: [] },
    finds: true,
    covers: (filter, item) => /\$all': \[ ?.*\[/.test(filter) && /\[/.test(item),
  },
  {
    what: '$all of values that different documents of an array have',
    source: page('all'),
    filter: { 'a.b': { $all: [1, 2] } },
    item: { a: [{ b: 1 }, { b: 2 }] },
    finds: true,
    covers: (filter, item) => /\$all/.test(filter) && /\[/.test(item),
  },
  {
    what: '$mod cuts the remainder to an integer',
    source: leafSource,
    filter: { a: { $mod: [2, 0.5] } },
    item: { a: 2 },
    finds: true,
    covers: (filter) => /\$mod': \[.*0\.5/.test(filter),
  },
  {
    what: '$mod opens no array that an element is',
    source: pathSource,
    filter: { a: { $elemMatch: { $mod: [2, 0] } } },
    item: { a: [[2]] },
    finds: false,
    covers: (filter, item) => /\$mod/.test(filter) && /\.\d|\$elemMatch/.test(filter) && nested(item),
  },
  {
    what: '$mod of a long beyond the exact doubles',
    source: leafSource,
    filter: { a: { $mod: [2, 1] } },
    item: { a: Long.fromString('9007199254740993') },
    finds: true,
    covers: (filter, item) => /\$mod/.test(filter) && /9007199254740993/.test(item),
  },
  {
    what: '$elemMatch with fields takes an array in an array as a document',
    source: 'matcher/expression_array.cpp',
    filter: { a: { $elemMatch: { 0: 1 } } },
    item: { a: [[1]] },
    finds: true,
    covers: (filter, item) => /\$elemMatch': \{ ?'?[bc0]/.test(filter) && nested(item),
  },
  {
    what: '$elemMatch takes $and, $or and $nor',
    source: page('elemMatch'),
    filter: { a: { $elemMatch: { $or: [{ b: 1 }] } } },
    item: { a: [{ b: 1 }] },
    finds: true,
    covers: (filter) => /\$elemMatch': \{ ?'\$(and|n?or)'/.test(filter),
  },
  {
    what: 'binary data compare by length first, then by subtype',
    source: 'reference/bson-type-comparison-order/#bindata',
    filter: { a: { $gt: new Binary(Buffer.from('aa')) } },
    item: { a: new Binary(Buffer.from('b')) },
    finds: false,
    covers: (filter, item) => /Binary/.test(filter) && /Binary/.test(item),
  },
]

const ofMingo: readonly Omit<FilterException, 'engine'>[] = [
  {
    what: 'the order of keys counts in documents',
    source: 'tutorial/query-embedded-documents/',
    filter: { a: { b: 1, c: 2 } },
    item: { a: { c: 2, b: 1 } },
    finds: false,
  },
  {
    what: 'null finds the document of an array that lacks the field',
    source: pathSource,
    filter: { 'a.b': null },
    item: { a: [{}] },
    finds: true,
  },
  { what: '$gte null finds missing', source: leafSource, filter: { a: { $gte: null } }, item: {}, finds: true },
  { what: '$lte null finds missing', source: leafSource, filter: { a: { $lte: null } }, item: {}, finds: true },
  { what: '$all: [null] finds missing', source: page('all'), filter: { 'a.b': { $all: [null] } }, item: {}, finds: true },
  { what: 'NaN is not less than a number', source: leafSource, filter: { 'a.b': { $lte: 0 } }, item: { a: [{ b: NaN }] }, finds: false },
  {
    what: 'lists below a list are each opened',
    source: pathSource,
    filter: { 'a.b': { $gte: 0, $lt: true } },
    item: { a: [{ b: [false, 0] }, { b: [] }] },
    finds: true,
  },
  { what: '$lte NaN finds only NaN', source: leafSource, filter: { a: { $elemMatch: { $lte: NaN } } }, item: { a: [0] }, finds: false },
  { what: '$gt MinKey finds every other type', source: leafSource, filter: { a: { $gt: new MinKey() } }, item: { a: 1 }, finds: true },
  { what: 'a long equals the number', source: leafSource, filter: { a: 5 }, item: { a: Long.fromNumber(5) }, finds: true },
  {
    what: 'a long is more than a smaller number',
    source: leafSource,
    filter: { a: { $gt: 5 } },
    item: { a: Long.fromNumber(10) },
    finds: true,
  },
  { what: '$all finds a scalar', source: page('all'), filter: { a: { $all: [0] } }, item: { a: 0 }, finds: true },
  { what: '$mod takes only numbers', source: page('mod'), filter: { a: { $mod: [3, 0] } }, item: { a: '' }, finds: false },
  { what: '$mod cuts the divisor to an integer', source: page('mod'), filter: { a: { $mod: [2.5, 0] } }, item: { a: 2 }, finds: true },
  {
    what: '$type knows the driver’s ObjectId',
    source: page('type'),
    filter: { a: { $type: 'objectId' } },
    item: { a: new ObjectId('65a1b2c3d4e5f60718293a4b') },
    finds: true,
  },
  { what: '$mod cuts the value to an integer', source: page('mod'), filter: { a: { $mod: [3, 1] } }, item: { a: 1.5 }, finds: true },
  { what: '$type number includes NaN', source: page('type'), filter: { a: { $type: 'number' } }, item: { a: NaN }, finds: true },
  { what: '$type opens arrays', source: page('type'), filter: { a: { $type: 'object' } }, item: { a: [{}, 0] }, finds: true },
  { what: '$type decimal is not any number', source: page('type'), filter: { a: { $type: 'decimal' } }, item: { a: 1 }, finds: false },
  {
    what: '$type double knows the class',
    source: page('type'),
    filter: { a: { $type: 'double' } },
    item: { a: new Double(1) },
    finds: true,
  },
  { what: 'a path ends at an array without documents', source: pathSource, filter: { 'a.b': [] }, item: { a: [] }, finds: false },
  {
    what: '$size through an array without documents',
    source: pathSource,
    filter: { 'a.b': { $size: 0 } },
    item: { a: [] },
    finds: false,
  },
  {
    what: '$size is asked of each array',
    source: pathSource,
    filter: { 'a.b': { $size: 0 } },
    item: { a: [{ b: [] }, { b: [] }] },
    finds: true,
  },
  {
    what: '$exists through a nested array',
    source: pathSource,
    filter: { 'a.b': { $exists: true } },
    item: { a: [0, [{}]] },
    finds: false,
  },
  {
    what: 'a nested array is not opened on the way',
    source: pathSource,
    filter: { 'a.b': 'a' },
    item: { a: [[0, 1, 'a'], 'ab'] },
    finds: false,
  },
  { what: 'an element named by its position is not opened', source: pathSource, filter: { 'a.0': 1 }, item: { a: [[1]] }, finds: false },
  {
    what: 'digits are also the name of a field in the documents of an array',
    source: pathSource,
    filter: { 'a.0': 1 },
    item: { a: [5, { 0: 1 }] },
    finds: true,
  },
  { what: 'null past the end of an array', source: pathSource, filter: { 'a.0': null }, item: { a: [] }, finds: false },
  {
    what: '$elemMatch with fields takes only documents',
    source: page('elemMatch'),
    filter: { a: { $elemMatch: { 'b.c': { $exists: false } } } },
    item: { a: [0] },
    finds: false,
  },
  {
    what: 'arrays compare element by element',
    source: 'reference/bson-type-comparison-order/#arrays',
    filter: { a: { $gt: [1.5] } },
    item: { a: [2, 0] },
    finds: true,
  },
  {
    what: 'documents compare by type, name, value',
    source: 'reference/bson-type-comparison-order/#objects',
    filter: { a: { $gt: { b: 1 } } },
    item: { a: { a: 'x' } },
    finds: true,
  },
]

export const filterExceptions: readonly FilterException[] = [
  ...ofSecantus.map((exception) => ({ engine: 'SecantusDB' as const, ...exception })),
  ...ofMingo.map((exception) => ({ engine: 'mingo' as const, ...exception })),
]

/** Whether a named exception explains that SecantusDB answers otherwise than we do. */
export function isExplained(filter: object, item: object): boolean {
  const [filterText, itemText] = [show(filter), show(item)]
  return ofSecantus.some(({ covers }) => covers?.(filterText, itemText))
}
