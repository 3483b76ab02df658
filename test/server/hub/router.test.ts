import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Router } from '../../../src/server/hub/router.js'
import { compileFilter, type Filter } from '../../../src/streams/query.js'

type Item = Readonly<Record<string, unknown>>

function candidates(filters: readonly Filter<Item>[], item: Item): Filter<Item>[] {
  const router = new Router<Filter<Item>>()
  for (const filter of filters) router.add(filter, filter)
  const found = new Set<Filter<Item>>()
  router.candidates(item, found)
  return [...found]
}

describe('Router', () => {
  it('finds a query by what it demands to be equal, and asks no other', () => {
    const de = { country: 'DE' }
    assert.deepEqual(candidates([de, { country: 'FR' }], { country: 'DE' }), [de])
  })

  it('indexes under the field with the fewest values', () => {
    const query = { country: { $in: ['DE', 'FR'] }, size: 1 }
    assert.deepEqual(candidates([query], { country: 'DE', size: 2 }), [])
  })

  it('finds by each value of $in', () => {
    const query = { country: { $in: ['DE', 'FR'] } }
    assert.deepEqual(candidates([query], { country: 'FR' }), [query])
  })

  it('asks queries without equality about everything', () => {
    const query = { size: { $gt: 5 } }
    assert.deepEqual(candidates([query], { size: 1 }), [query])
  })

  it('forgets what is deleted', () => {
    const router = new Router<string>()
    router.add('a', { country: 'DE' })
    router.add('b', { size: { $gt: 1 } })
    router.delete('a')
    router.delete('b')
    const found = new Set<string>()
    router.candidates({ country: 'DE', size: 2 }, found)
    assert.deepEqual([...found, router.size], [0])
  })

  it('misses no query that an item matches', () => {
    const value = fc.oneof(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 2 }), fc.boolean(), fc.constant(null))
    const stored = fc.oneof(value, fc.array(value, { maxLength: 2 }))
    const condition = fc.oneof(value, fc.record({ $in: fc.array(value, { maxLength: 3 }) }), fc.record({ $ne: value }))
    const filter = fc.dictionary(fc.constantFrom('x', 'y', 'z'), condition, { maxKeys: 3 })
    const item = fc.dictionary(fc.constantFrom('x', 'y', 'z'), stored, { maxKeys: 3 })
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 8 }), item, (filters, item) => {
        const found = candidates(filters, item)
        for (const filter of filters) if (compileFilter<Item>(filter)(item)) assert.ok(found.includes(filter))
      }),
    )
  })
})
