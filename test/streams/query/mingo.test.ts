import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Query as Mingo } from 'mingo'
import mongoose from 'mongoose'
import { compileFilter, compileSort, type Sort } from '../../../src/streams/query.js'
import { filterExceptions } from './filter-exceptions.js'
import { show } from './show.js'
import { sortExceptions } from './sort-exceptions.js'

type Item = Record<string, unknown>

const matches = (filter: object, item: object) => compileFilter<Item>(filter)(item as Item)

/** mingo's answer; where it throws, it has none. */
const mingoMatches = (filter: object, item: object) => {
  try {
    return new Mingo(filter).test(item as Item)
  } catch {
    return undefined
  }
}

const mingoSorted = (items: readonly object[], sort: Sort<Item>) =>
  new Mingo({})
    .find<Item>([...items])
    .sort(sort)
    .all()

// Items and filters that stay clear of the named exceptions: no empty or nested arrays on the way, no documents in lists, no lists below lists, no NaN.
const ids = ['000000000000000000000001', '65a1b2c3d4e5f60718293a4b'].map((id) => new mongoose.mongo.ObjectId(id))
const own = [0, 1, 2, -1, 1.5, '', 'a', 'ab', 'b', true, false, new Date(0), new Date(1), null]
const present = fc.constantFrom<unknown>(...own.filter((given) => given !== null), ...ids)
const scalar = fc.oneof({ weight: 6, arbitrary: present }, { weight: 1, arbitrary: fc.constant(null) })
const scalars = fc.array(scalar, { maxLength: 3 })
const inner = fc.record({ b: scalar, c: scalars }, { noNullPrototype: true })
const item = fc.record(
  { s: scalar, n: fc.integer({ min: -9, max: 9 }), l: scalars, d: inner, x: fc.array(inner, { minLength: 1, maxLength: 3 }) },
  { requiredKeys: [], noNullPrototype: true },
)

const comparison = fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), present).map(([name, operand]) => ({ [name]: operand }))
const plainOperator = fc.oneof(
  scalar.map(($eq) => ({ $eq })),
  scalar.map(($ne) => ({ $ne })),
  comparison,
  fc.tuple(comparison, comparison).map(([a, b]) => ({ ...a, ...b })),
  scalars.map(($in) => ({ $in })),
  scalars.map(($nin) => ({ $nin })),
  fc.boolean().map(($exists) => ({ $exists })),
)
const { operator } = fc.letrec<{ operator: object }>((tie) => ({
  operator: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: plainOperator },
    { weight: 1, arbitrary: tie('operator').map(($not) => ({ $not })) },
  ),
}))
const divisor = fc.constantFrom(1, 2, 3, 4, -2, -3)
const remainder = fc.tuple(divisor, fc.integer({ min: -3, max: 3 })).map(($mod) => ({ $mod }))
const size = fc.nat(3).map(($size) => ({ $size }))
const all = fc.array(present, { maxLength: 2 }).map(($all) => ({ $all }))
const typeName = fc.constantFrom<unknown>('string', 'bool', 'null', 'date', 2, 8, 9, 10)
const type = fc.oneof(typeName, fc.array(typeName, { minLength: 1, maxLength: 2 })).map(($type) => ({ $type }))
const at = (path: string, condition: fc.Arbitrary<unknown>) => condition.map((given) => ({ [path]: given }))
const element = plainOperator.map(($elemMatch) => ({ $elemMatch }))
const fields = fc.oneof(
  at('b', operator),
  at('c', operator),
  fc.tuple(at('b', operator), at('c', all)).map(([a, b]) => ({ ...a, ...b })),
)
const logic = fc
  .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(fields, { minLength: 1, maxLength: 2 }))
  .map(([name, filters]) => ({ [name]: filters }))
const document = fc.oneof(fields, logic).map(($elemMatch) => ({ $elemMatch }))
const field = fc.oneof(
  ...['s', 'n', 'l', 'd.b', 'd.c', 'x.b'].map((path) => at(path, fc.oneof(scalar, operator))),
  at('n', remainder),
  ...['s', 'd.b'].map((path) => at(path, type)),
  at('l', scalars),
  at('d.c.0', fc.oneof(present, comparison)),
  ...['l', 'd.c'].map((path) => at(path, all)),
  at('l', size),
  at('d.c', size),
  at('d', inner),
  ...['l', 'd.c'].map((path) => at(path, element)),
  at('x', document),
  at(
    'x',
    document.map(($not) => ({ $not })),
  ),
  at(
    'x',
    fc.array(document, { minLength: 1, maxLength: 2 }).map(($all) => ({ $all })),
  ),
)
const { filter } = fc.letrec<{ filter: object }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    field,
    fc.tuple(field, field).map(([a, b]) => ({ ...a, ...b })),
    fc
      .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
      .map(([name, filters]) => ({ [name]: filters })),
  ),
}))

// Sorts stay clear of arrays and ObjectIds.
const ownScalar = fc.constantFrom(...own)
const sortable = fc.record(
  { s: ownScalar, n: fc.integer({ min: -2, max: 2 }), d: fc.record({ b: ownScalar }, { noNullPrototype: true }) },
  { requiredKeys: [], noNullPrototype: true },
)
const direction = fc.constantFrom(1 as const, -1 as const)
const sort = fc
  .uniqueArray(fc.tuple(fc.constantFrom('s', 'n', 'd.b', 'd.missing'), direction), { minLength: 1, maxLength: 4, selector: ([key]) => key })
  .map((keys): Sort<Item> => Object.fromEntries(keys))

describe('compileFilter and compileSort beside mingo', () => {
  it('find the same, but for the named exceptions', () => {
    fc.assert(
      fc.property(filter, item, (query, doc) => assert.equal(matches(query, doc), mingoMatches(query, doc))),
      { numRuns: 10_000 },
    )
  })

  it('sort the same, but for the named exceptions', () => {
    fc.assert(
      fc.property(sort, fc.array(sortable, { maxLength: 8 }), (keys, items) => {
        assert.deepEqual([...items].sort(compileSort<Item>(keys)), mingoSorted(items, keys), show(keys))
      }),
      { numRuns: 2_000 },
    )
  })

  describe('differ only where mingo is wrong', () => {
    for (const { what, filter: query, item: doc, finds } of filterExceptions.filter(({ engine }) => engine === 'mingo')) {
      it(what, () => {
        assert.equal(matches(query, doc), finds)
        assert.notEqual(mingoMatches(query, doc), finds, 'mingo has learned this: take the row out and widen the arbitraries')
      })
    }
    for (const { what, sort: keys, items } of sortExceptions.filter(({ engine }) => engine === 'mingo')) {
      it(what, () => {
        const [first, second] = items as readonly [Item, Item]
        assert.ok(compileSort<Item>(keys)(first, second) < 0)
        assert.notDeepEqual(mingoSorted([second, first], keys), [first, second], 'mingo has learned this: take the row out')
      })
    }
  })
})
