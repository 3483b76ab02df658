import assert from 'node:assert/strict'
import { compileFilter } from '../../../src/streams/query.js'
import { manualTable } from './manual-table.js'
import { matchTable } from './match-table.js'
import { show } from './show.js'
import { ladder } from './sort-table.js'

type Item = Record<string, unknown>

const types: readonly string[] = [
  'number',
  'string',
  'object',
  'binData',
  'objectId',
  'bool',
  'date',
  'null',
  'regex',
  'timestamp',
  'minKey',
  'maxKey',
]
const matches = (filter: object, item: object, allowRegExp = false) => compileFilter<Item>(filter, { allowRegExp })(item as Item)

/** What compares with each other: values of a type, but NaN for itself, and what is missing with null. */
function bracketOf(value: unknown): string {
  if (matches({ a: NaN }, { a: value })) return 'NaN'
  return types.find((type) => matches({ a: { $type: type } }, { a: value })) ?? 'null'
}

describe('compileFilter: MongoDB’s meaning', () => {
  for (const [group, rows] of Object.entries(matchTable)) {
    describe(group, () => {
      for (const { filter, finds, leaves, allowRegExp } of rows) {
        for (const item of finds) it(`${show(filter)} finds ${show(item)}`, () => assert.equal(matches(filter, item, allowRegExp), true))
        for (const item of leaves) it(`${show(filter)} leaves ${show(item)}`, () => assert.equal(matches(filter, item, allowRegExp), false))
      }
    })
  }

  for (const { page, items, finds } of manualTable) {
    describe(`the manual, ${page}`, () => {
      for (const [filter, ids] of finds) {
        it(show(filter), () => {
          const found = Object.entries(items).filter(([, item]) => matches(filter, item))
          assert.deepEqual(found.map(([id]) => id).sort(), ids.split(' ').filter(Boolean).sort())
        })
      }
    })
  }

  it('says the opposite within $nor, and within $not of each operator', () => {
    for (const { filter, finds, leaves, allowRegExp } of Object.values(matchTable).flat()) {
      const [[path, condition] = ['', undefined], ...more] = Object.entries(filter) as [string, unknown][]
      const operators = typeof condition === 'object' && condition !== null && Object.keys(condition)[0]?.startsWith('$') === true
      const opposites: object[] = [{ $nor: [filter] }]
      if (more.length === 0 && operators) opposites.push({ [path]: { $not: condition } })
      for (const opposite of opposites) {
        for (const item of finds) assert.equal(matches(opposite, item, allowRegExp), false, show([opposite, item]))
        for (const item of leaves) assert.equal(matches(opposite, item, allowRegExp), true, show([opposite, item]))
      }
    }
  })

  it('compares values of one type only, over all types', () => {
    // Arrays are asked of their elements too, and MinKey and MaxKey compare with all: rows of their own.
    const values = ladder
      .flatMap((row, rank) => row.map((value) => ({ value, rank, bracket: bracketOf(value) })))
      .filter(({ value, bracket }) => !Array.isArray(value) && !bracket.endsWith('Key'))
    const operands = values.filter(({ value, bracket }) => value !== undefined && !show(value).includes('undefined') && bracket !== 'regex')
    for (const { value: operand, rank, bracket } of operands) {
      for (const { value, rank: other, bracket: otherBracket } of values) {
        const distance = operand === null ? 0 : other - rank
        const expected = { $lt: distance < 0, $lte: distance <= 0, $gt: distance > 0, $gte: distance >= 0, $eq: distance === 0 }
        for (const [name, holds] of Object.entries(expected)) {
          const finds = holds && bracket === otherBracket
          assert.equal(matches({ a: { [name]: operand } }, { a: value }), finds, show([name, operand, value]))
        }
      }
    }
  })

  it('keeps nothing of the filter it was made from', () => {
    const filter = { a: { $in: [1] }, b: { c: [1] } }
    const test = compileFilter<Item>(filter)
    filter.a.$in.push(2)
    filter.b.c.push(2)
    assert.deepEqual([test({ a: 1, b: { c: [1] } }), test({ a: 2, b: { c: [1, 2] } })], [true, false])
  })

  it('takes an own _bsontype for data', () => {
    assert.equal(matches({ 'a._bsontype': 'ObjectId' }, { a: { _bsontype: 'ObjectId' } }), true)
  })
})
