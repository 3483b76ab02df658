import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { compileFilter } from '../../../src/streams/query.js'
import { matchTable } from './match-table.js'

type Item = Record<string, unknown>

const show = (value: unknown) => inspect(value, { depth: 9, breakLength: Infinity })
const matches = (filter: object, item: object, allowRegExp = false) => compileFilter<Item>(filter, { allowRegExp })(item as Item)

describe('compileFilter: MongoDB’s meaning', () => {
  for (const [group, rows] of Object.entries(matchTable)) {
    describe(group, () => {
      for (const { filter, finds, leaves, allowRegExp } of rows) {
        for (const item of finds) it(`${show(filter)} finds ${show(item)}`, () => assert.equal(matches(filter, item, allowRegExp), true))
        for (const item of leaves) it(`${show(filter)} leaves ${show(item)}`, () => assert.equal(matches(filter, item, allowRegExp), false))
      }
    })
  }

  it('has more than 150 rows', () => {
    const rows = Object.values(matchTable).flat()
    assert.ok(rows.reduce((sum, { finds, leaves }) => sum + finds.length + leaves.length, 0) > 150)
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
