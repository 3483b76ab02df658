import assert from 'node:assert/strict'
import { QueryError } from '../../../src/errors.js'
import { compileFilter, type Filter } from '../../../src/streams/query.js'

type Item = Record<string, unknown>

const cyclic: Item = {}
cyclic.a = cyclic
const endless: Item = {}
endless.$and = [endless]
const unending: Item = {}
unending.$not = unending
let deep: unknown = 1
for (let i = 0; i < 100; i++) deep = [deep]

/** What is given, where the error points, and what its message says. */
const table: readonly (readonly [what: string, filter: unknown, path: string, says: RegExp])[] = [
  ['an unknown operator', { age: { $foo: 1 } }, 'filter.age.$foo', /no operator \$foo; there are \$eq, \$ne, .*\$prefix/],
  ['$where', { $where: 'sleep(1)' }, 'filter.$where', /no \$where here/],
  ['$expr', { $expr: {} }, 'filter.$expr', /no \$expr here/],
  ['$regex', { a: { $regex: 'x' } }, 'filter.a.$regex', /no operator \$regex/],
  ['a name of the prototype as operator', { a: { $eq: 1, $toString: 1 } }, 'filter.a.$toString', /no operator/],
  ['an operator within $or', { $or: [{ a: 1 }, { b: { $foo: 1 } }] }, 'filter.$or.1.b.$foo', /no operator \$foo/],
  ['an operator within $not', { a: { $not: { $foo: 1 } } }, 'filter.a.$not.$foo', /no operator/],
  ['an operator within $elemMatch', { a: { $elemMatch: { b: { $foo: 1 } } } }, 'filter.a.$elemMatch.b.$foo', /no operator/],
  ['an operator within $all', { a: { $all: [{ $gt: 1 }] } }, 'filter.a.$all.0', /only \$elemMatch/],
  ['an operator within a value', { a: { b: { $gt: 1 } } }, 'filter.a.b.$gt', /no \$gt here.*dotted path/],
  ['an operator within $in', { a: { $in: [{ $gt: 1 }] } }, 'filter.a.$in.0.$gt', /no \$gt here/],
  ['operators mixed with fields', { a: { $gt: 1, b: 2 } }, 'filter.a.b', /no operator b/],
  ['fields mixed with operators', { a: { b: 2, $gt: 1 } }, 'filter.a.b', /no operator b/],
  ['no filter at all', null, 'filter', /needs an object of conditions/],
  ['an array as filter', [], 'filter', /needs an object of conditions/],
  ['a string as filter', 'a', 'filter', /needs an object of conditions/],
  ['$and without an array', { $and: { a: 1 } }, 'filter.$and', /needs an array/],
  ['an empty $or', { $or: [] }, 'filter.$or', /at least one/],
  ['$nor of a scalar', { $nor: [1] }, 'filter.$nor.0', /needs an object of conditions/],
  ['$in without an array', { a: { $in: 1 } }, 'filter.a.$in', /needs an array/],
  ['$all without an array', { a: { $all: 1 } }, 'filter.a.$all', /needs an array/],
  ['$not of a value', { a: { $not: 5 } }, 'filter.a.$not', /object of operators/],
  ['an empty $not', { a: { $not: {} } }, 'filter.a.$not', /object of operators/],
  ['$elemMatch of a value', { a: { $elemMatch: 5 } }, 'filter.a.$elemMatch', /needs an object/],
  ['$exists of a string', { a: { $exists: 'yes' } }, 'filter.a.$exists', /true or false/],
  ['$size of a fraction', { a: { $size: 1.5 } }, 'filter.a.$size', /integer/],
  ['$size below 0', { a: { $size: -1 } }, 'filter.a.$size', /integer/],
  ['$mod of one number', { a: { $mod: [4] } }, 'filter.a.$mod', /\[divisor, remainder\]/],
  ['$mod of a string', { a: { $mod: ['4', 0] } }, 'filter.a.$mod', /\[divisor, remainder\]/],
  ['$mod by 0', { a: { $mod: [0, 0] } }, 'filter.a.$mod', /divisor not 0/],
  ['$type of an unknown name', { a: { $type: 'text' } }, 'filter.a.$type', /types out of double, string, .*number/],
  ['$type of nothing', { a: { $type: [] } }, 'filter.a.$type', /types out of/],
  ['$prefix of a number', { a: { $prefix: 5 } }, 'filter.a.$prefix', /needs a string/],
  ['$caseInsensitive of a number', { a: { $prefix: 'a', $caseInsensitive: 1 } }, 'filter.a.$caseInsensitive', /true or false/],
  ['$caseInsensitive alone', { a: { $caseInsensitive: true } }, 'filter.a.$caseInsensitive', /beside \$prefix/],
  ['a regular expression', { a: /x/ }, 'filter.a', /regular expressions are not allowed/],
  ['a regular expression in a list', { a: { $in: [/x/] } }, 'filter.a.$in.0', /regular expressions/],
  ['a regular expression in $not', { a: { $not: /x/ } }, 'filter.a.$not', /regular expressions/],
  ['a regular expression in a value', { a: { b: /x/ } }, 'filter.a.b', /regular expressions/],
  ['undefined', { a: undefined }, 'filter.a', /a value, not undefined/],
  ['a function', { a: () => 1 }, 'filter.a', /a value, not function/],
  ['a symbol', { a: Symbol('x') }, 'filter.a', /a value, not symbol/],
  ['an instance of a class', { a: new Map() }, 'filter.a', /a plain object/],
  ['an invalid date', { a: new Date(NaN) }, 'filter.a', /a valid date/],
  ['a cycle', cyclic, `filter${'.a'.repeat(64)}`, /64 levels, and no cycle/],
  ['a cycle of $and', endless, `filter${'.$and.0'.repeat(32)}`, /64 levels, and no cycle/],
  ['a cycle of $not', { a: unending }, `filter.a${'.$not'.repeat(63)}`, /64 levels/],
  ['an instance of a class as filter', { $or: [new Map()] }, 'filter.$or.0', /needs an object/],
  ['something deep', { a: deep }, `filter.a${'.0'.repeat(63)}`, /64 levels/],
  ['__proto__ as a field', JSON.parse('{"__proto__":1}'), 'filter.__proto__', /name "__proto__" is not allowed/],
  ['__proto__ in a path', { 'a.__proto__.b': 1 }, 'filter.a.__proto__.b', /not allowed/],
  ['constructor in a path', { 'constructor.name': 'Object' }, 'filter.constructor.name', /name "constructor\.name" is not allowed/],
  ['prototype in a value', { a: { prototype: 1 } }, 'filter.a.prototype', /not allowed/],
  ['a forged BSON type', { a: { _bsontype: 'ObjectId', id: 'x' } }, 'filter.a._bsontype', /name "_bsontype" is not allowed/],
  ['an empty part in a path', { 'a..b': 1 }, 'filter.a..b', /is not allowed/],
  ['an empty name', { '': 1 }, 'filter.', /is not allowed/],
]

describe('compileFilter: what it refuses', () => {
  for (const [what, filter, path, says] of table) {
    it(what, () => {
      assert.throws(
        () => compileFilter<Item>(filter as Filter<Item>),
        (error) => {
          assert.ok(error instanceof QueryError)
          assert.equal(error.path, path)
          assert.match(error.message, says)
          return true
        },
      )
    })
  }

  it('a regular expression to compare with, even where they are allowed', () => {
    assert.throws(() => compileFilter<Item>({ a: { $gt: /x/ } }, { allowRegExp: true }), { path: 'filter.a.$gt' })
  })
})
