import assert from 'node:assert/strict'
import { asArray, feedOf, orderBy, type OrderOptions, type Sort } from '../../../src/streams/index.js'

describe('orderBy with a locale', () => {
  const names = ['z', 'ä', 'a', 'Z', 'B', 'b']
  const sort = (order: Sort<{ id: string; name: unknown }>, options?: OrderOptions, items: readonly unknown[] = names): string => {
    let list = ''
    feedOf(
      items.map((name, id) => ({ id: String(id), name })),
      ({ id }) => id,
    )
      .pipe(orderBy(order, options), asArray())
      .subscribe((next) => (list = next.map(({ name }) => String(name)).join(' ')))
    return list
  }
  const table: readonly (readonly [string, string, string])[] = [
    ['is by code unit by default', sort({ name: 1 }), 'B Z a b z ä'],
    ['has the order of a language', sort({ name: 1 }, { locale: 'de' }), 'a ä b B z Z'],
    ['has the order of another', sort({ name: 1 }, { locale: 'sv' }), 'a b B z Z ä'],
    ['goes the other way', sort({ name: -1 }, { locale: 'sv' }), 'ä Z z B b a'],
    ['takes a collator', sort({ name: 1, id: -1 }, { locale: new Intl.Collator('sv', { sensitivity: 'base' }) }), 'a b B Z z ä'],
    ['leaves the order of types', sort({ name: 1 }, { locale: 'sv' }, ['b', 1, null, 'A', true]), 'null 1 A b true'],
    ['counts strings in arrays as such', sort({ name: 1 }, { locale: 'de' }, ['b', ['a'], 'B', ['ä']]), 'a ä b B'],
  ]
  for (const [name, actual, expected] of table) it(name, () => assert.equal(actual, expected))

  it('refuses what is no locale at once', () => {
    assert.throws(() => orderBy({}, { locale: '?' }), RangeError)
  })
})
