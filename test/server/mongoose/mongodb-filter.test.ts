import assert from 'node:assert/strict'
import mongoose from 'mongoose'
import { mongodbFilter } from '../../../src/server/mongoose/mongodb-filter.js'

const { BSONRegExp, ObjectId } = mongoose.mongo
const id = new ObjectId()
const day = new Date(0)

describe('a filter for MongoDB', () => {
  for (const [title, filter, expected] of [
    ['keeps what is the same', { a: 1, b: { $gt: day }, c: id, $or: [{ d: null }] }, { a: 1, b: { $gt: day }, c: id, $or: [{ d: null }] }],
    ['makes a prefix an anchored expression', { a: { $prefix: 'ab' } }, { a: { $regex: '^ab', $options: '' } }],
    ['of any case', { a: { $prefix: 'ab', $caseInsensitive: true } }, { a: { $regex: '^ab', $options: 'i' } }],
    ['of no special case', { a: { $prefix: 'ab', $caseInsensitive: false } }, { a: { $regex: '^ab', $options: '' } }],
    ['beside other operators', { a: { $ne: 'abc', $prefix: 'ab' } }, { a: { $ne: 'abc', $regex: '^ab', $options: '' } }],
    [
      'inside of others',
      { $and: [{ a: { $not: { $prefix: 'x' } } }, { b: { $elemMatch: { c: { $prefix: 'y' } } } }] },
      { $and: [{ a: { $not: { $regex: '^x', $options: '' } } }, { b: { $elemMatch: { c: { $regex: '^y', $options: '' } } } }] },
    ],
    [
      'every character meaning itself',
      { a: { $prefix: '.*(a|b)[c]{1}\\d+?^$/-' } },
      { a: { $regex: '^\\.\\*\\(a\\|b\\)\\[c\\]\\{1\\}\\\\d\\+\\?\\^\\$\\/\\-', $options: '' } },
    ],
    ['a null byte too', { a: { $prefix: 'x\0' } }, { a: { $regex: '^x\\x00', $options: '' } }],
    ['keeps the flags that mean something there', { a: /x/gi }, { a: new BSONRegExp('x', 'i') }],
  ] as const) {
    it(title, () => {
      assert.deepEqual(mongodbFilter(filter), expected)
    })
  }
})
