import assert from 'node:assert/strict'
import { measureSizes } from '../../scripts/measure-sizes.mjs'

describe('size', () => {
  it('is within the budget of every entry that has one, minified and gzipped', async () => {
    const rows = await measureSizes()
    const over = rows.filter(({ bytes, budget }) => budget !== undefined && bytes > budget)
    assert.deepEqual(
      over.map(({ name, bytes, budget }) => `${name}: ${String(bytes)} of ${String(budget)} bytes`),
      [],
    )
  })
})
