import mongoose from 'mongoose'
import type { Exception } from './filter-exceptions.js'

const { Binary, Long, ObjectId } = mongoose.mongo.BSON

export interface SortException extends Exception {
  readonly sort: Readonly<Record<string, 1 | -1>>
  /** In MongoDB's order, and ours. */
  readonly items: readonly [object, object]
}

const keySource = 'index/btree_key_generator.cpp'

/** The items' `_id`s run against their order, so that a tie is told from it. */
export const sortExceptions: readonly SortException[] = [
  {
    engine: 'SecantusDB',
    what: 'an element without the field counts as null',
    source: keySource,
    sort: { 'a.b': 1 },
    items: [
      { _id: 2, a: [{ b: 5 }, {}] },
      { _id: 1, a: { b: 1 } },
    ],
  },
  {
    engine: 'SecantusDB',
    what: 'two keys through one array take the first pair, not the first of each',
    source: keySource,
    sort: { 'a.b': 1, 'a.c': 1 },
    items: [
      {
        _id: 2,
        a: [
          { b: 1, c: 5 },
          { b: 3, c: 0 },
        ],
      },
      {
        _id: 1,
        a: [
          { b: 2, c: 0 },
          { b: 1, c: 9 },
        ],
      },
    ],
  },
  {
    engine: 'SecantusDB',
    what: 'binary data sort by their subtype',
    source: 'reference/bson-type-comparison-order/#bindata',
    sort: { a: 1 },
    items: [
      { _id: 2, a: new Binary(Buffer.from('b'), 0) },
      { _id: 1, a: new Binary(Buffer.from('b'), 5) },
    ],
  },
  {
    engine: 'mingo',
    what: 'longs sort as numbers',
    source: 'reference/bson-type-comparison-order/#numeric-types',
    sort: { a: 1 },
    items: [
      { _id: 2, a: Long.fromNumber(9) },
      { _id: 1, a: Long.fromNumber(10) },
    ],
  },
  {
    engine: 'mingo',
    what: 'NaN is the least number',
    source: 'reference/bson-type-comparison-order/#numeric-types',
    sort: { a: 1 },
    items: [
      { _id: 2, a: NaN },
      { _id: 1, a: -1 },
    ],
  },
  {
    engine: 'mingo',
    what: 'ObjectIds come before booleans',
    source: 'reference/bson-type-comparison-order/',
    sort: { a: 1 },
    items: [
      { _id: 2, a: new ObjectId('65a1b2c3d4e5f60718293a4b') },
      { _id: 1, a: false },
    ],
  },
  {
    engine: 'mingo',
    what: 'documents sort by type, name, value',
    source: 'reference/bson-type-comparison-order/#objects',
    sort: { a: 1 },
    items: [
      { _id: 2, a: { b: 1 } },
      { _id: 1, a: { a: 'x' } },
    ],
  },
  {
    engine: 'mingo',
    what: 'binary data sort by length',
    source: 'reference/bson-type-comparison-order/#bindata',
    sort: { a: 1 },
    items: [
      { _id: 2, a: new Binary(Buffer.from('b')) },
      { _id: 1, a: new Binary(Buffer.from('aa')) },
    ],
  },
  {
    engine: 'mingo',
    what: 'an array sorts down by its greatest element',
    source: 'reference/bson-type-comparison-order/#arrays',
    sort: { a: -1 },
    items: [
      { _id: 2, a: [9, 1] },
      { _id: 1, a: 2 },
    ],
  },
  {
    engine: 'mingo',
    what: 'a path through an array sorts down by the greatest value',
    source: keySource,
    sort: { 'a.b': -1 },
    items: [
      { _id: 2, a: [{ b: 9 }, { b: 1 }] },
      { _id: 1, a: { b: 2 } },
    ],
  },
  {
    engine: 'mingo',
    what: 'an element without the field counts as null',
    source: keySource,
    sort: { 'a.b': 1 },
    items: [
      { _id: 2, a: [{ b: 9 }, {}] },
      { _id: 1, a: { b: 2 } },
    ],
  },
  {
    engine: 'mingo',
    what: 'a path through an empty array leads to null',
    source: keySource,
    sort: { 'a.b': 1, c: 1 },
    items: [
      { _id: 2, a: 1, c: 1 },
      { _id: 1, a: [], c: 2 },
    ],
  },
  {
    engine: 'mingo',
    what: 'two keys through one array take the first pair, not the first of each',
    source: keySource,
    sort: { 'a.b': 1, 'a.c': 1 },
    items: [
      {
        _id: 2,
        a: [
          { b: 1, c: 5 },
          { b: 3, c: 0 },
        ],
      },
      {
        _id: 1,
        a: [
          { b: 2, c: 0 },
          { b: 1, c: 9 },
        ],
      },
    ],
  },
]
