import assert from 'node:assert/strict'
import fc from 'fast-check'
import { QueryError } from '../../../src/errors.js'
import { canonicalQuery, parseQuery, type QueryLimits } from '../../../src/streams/query.js'

const many = (count: number) => Array.from({ length: count }, (_, i) => i)
const keyed = (count: number) => Object.fromEntries(many(count).map((i) => [`k${i}`, 1]))

const refused: readonly (readonly [what: string, input: unknown, path: string, limits?: Partial<QueryLimits>])[] = [
  ['null', null, 'query'],
  ['a string', 'x', 'query'],
  ['an array', [], 'query'],
  ['an unknown part', { where: {} }, 'where'],
  ['the name __proto__', JSON.parse('{"__proto__":{}}'), '__proto__'],
  ['a filter that is a string', { filter: 'x' }, 'filter'],
  ['an unknown operator', { filter: { age: { $foo: 1 } } }, 'filter.age.$foo'],
  ['a long list', { filter: { a: { $in: many(1001) } } }, 'filter.a.$in'],
  ['a list beyond a limit given', { filter: { a: { $in: many(4) } } }, 'filter.a.$in', { elements: 3 }],
  ['many values', { filter: { $or: many(1000).map(() => ({ a: { $in: many(10) } })) } }, 'filter.$or.384.a.$in.3'],
  ['a deep filter', { filter: { a: [[[[1]]]] } }, 'filter.a.0.0', { depth: 3 }],
  ['a forged ObjectId', { filter: { _id: { _bsontype: 'ObjectId' } } }, 'filter._id._bsontype'],
  ['a sort that is an array', { sort: [] }, 'sort'],
  ['a direction that is neither 1 nor -1', { sort: { a: 2 } }, 'sort.a'],
  ['a direction that is an object', { sort: { a: { $meta: 'textScore' } } }, 'sort.a'],
  ['an operator in a sort', { sort: { $natural: 1 } }, 'sort.$natural'],
  ['many keys to sort by', { sort: keyed(9) }, 'sort'],
  ['constructor to sort by', { sort: { 'a.constructor': 1 } }, 'sort.a.constructor'],
  ['a path of many parts to sort by', { sort: { ['a' + '.a'.repeat(20_000)]: 1 } }, 'sort'],
  ['paths of many parts to sort by', { sort: { 'a.b.c.d.e.f.g.h.i': 1, 'b.b.c.d.e.f.g.h': 1 } }, 'sort'],
  ['a path of many parts', { filter: { $or: [{ ['a' + '.0'.repeat(16)]: 1 }] } }, 'filter.$or.0'],
  ['a negative skip', { skip: -1 }, 'skip'],
  ['a fractional limit', { limit: 1.5 }, 'limit'],
  ['a limit as a string', { limit: '5' }, 'limit'],
  ['an infinite limit', { limit: Infinity }, 'limit'],
  ['fields that are an object', { fields: { a: 1 } }, 'fields'],
  ['a field that is no string', { fields: ['a', 5] }, 'fields.1'],
  ['a field that is an operator', { fields: ['$a'] }, 'fields.0'],
  ['a field of the prototype', { fields: ['a.__proto__'] }, 'fields.0'],
  ['many fields', { fields: many(101).map(String) }, 'fields'],
]

describe('parseQuery', () => {
  it('gives fresh plain objects', () => {
    const input = JSON.parse('{"filter":{"a":{"$in":[1,{"b":2}]}},"sort":{"a":-1},"skip":2,"limit":0,"fields":["a","b.c"]}') as Record<
      string,
      unknown
    >
    const query = parseQuery(input)
    assert.deepEqual(query, input)
    assert.notEqual(query.filter, input.filter)
    assert.notEqual(query.sort, input.sort)
    assert.notEqual(query.fields, input.fields)
  })

  it('leaves out what is undefined', () => assert.deepEqual(parseQuery({ filter: undefined, limit: undefined }), {}))

  for (const [what, input, path, limits] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => parseQuery(input, limits),
        (error) => error instanceof QueryError && (assert.equal(error.path, path), true),
      )
    })
  }

  it('refuses a regular expression unless allowed', () => {
    assert.throws(() => parseQuery({ filter: { a: /x/ } }), { path: 'filter.a' })
    assert.deepEqual(parseQuery({ filter: { a: /x/ } }, { allowRegExp: true }).filter, { a: /x/ })
  })

  it('answers any JSON with a query or a QueryError', () => {
    const names = fc.constantFrom(
      'filter',
      'sort',
      'skip',
      'limit',
      'fields',
      '$and',
      '$or',
      '$not',
      '$in',
      '$elemMatch',
      '$mod',
      '$type',
      '$prefix',
      'a',
      'a.b',
      '__proto__',
      '',
    )
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(0, 1, -1, NaN, '', 'string', true, null),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(names, tie('node'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(node, (input) => {
        try {
          canonicalQuery(parseQuery(input))
        } catch (error) {
          assert.ok(error instanceof QueryError, String(error))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
