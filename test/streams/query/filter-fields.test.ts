import assert from 'node:assert/strict'
import { equalityOf, filterFields, type Filter } from '../../../src/streams/query.js'

type F = Filter<Record<string, unknown>>

describe('filterFields', () => {
  const table: readonly (readonly [F, readonly string[]])[] = [
    [{}, []],
    [{ a: 1, 'b.c': { $gt: 1 } }, ['a', 'b.c']],
    [{ $or: [{ a: 1 }, { $nor: [{ b: 1 }, { $and: [{ c: 1 }, { a: 2 }] }] }] }, ['a', 'b', 'c']],
    [{ a: { $elemMatch: { b: 1, $or: [{ c: 1 }] } } }, ['a', 'a.b', 'a.c']],
    [{ a: { $elemMatch: { $gt: 5 } } }, ['a']],
    [{ a: { $not: { $elemMatch: { b: 1 } } } }, ['a', 'a.b']],
    [{ a: { $all: [{ $elemMatch: { b: 1 } }, 5] } }, ['a', 'a.b']],
    [{ a: { $elemMatch: { $elemMatch: { b: 1 } } } }, ['a', 'a.b']],
    [{ a: { $elemMatch: { $not: { $elemMatch: { b: 1 } } } } }, ['a', 'a.b']],
    [{ 'a.0.b': 1 }, ['a.0.b']],
  ]
  for (const [filter, fields] of table) it(JSON.stringify(filter), () => assert.deepEqual(filterFields(filter), fields))
})

describe('equalityOf', () => {
  const table: readonly (readonly [what: string, F, Record<string, readonly unknown[]>])[] = [
    ['values', { a: 1, b: null }, { a: [1], b: [null] }],
    ['$eq and $in', { a: { $eq: 1 }, b: { $in: [1, 2] } }, { a: [1], b: [1, 2] }],
    ['$and', { $and: [{ a: 1 }, { $and: [{ b: 2 }] }] }, { a: [1], b: [2] }],
    ['the shorter list', { a: { $in: [1, 2, 3] }, $and: [{ a: { $in: [1, 2] } }] }, { a: [1, 2] }],
    ['beside other operators', { a: { $in: [1, 2], $gt: 1 } }, { a: [1, 2] }],
    ['not what may be otherwise', { $or: [{ a: 1 }], $nor: [{ b: 1 }], c: { $ne: 1 }, d: { $not: { $eq: 1 } }, e: { $gt: 1 } }, {}],
    ['not regular expressions', { a: /x/, b: { $in: ['x', /y/] } }, {}],
    ['whole values', { a: { b: 1 }, c: [1] }, { a: [{ b: 1 }], c: [[1]] }],
    ['an impossible one', { a: { $in: [] } }, { a: [] }],
  ]
  for (const [what, filter, equalities] of table) it(what, () => assert.deepEqual(Object.fromEntries(equalityOf(filter)), equalities))
})
