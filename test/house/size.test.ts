import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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

  it('is what the README and the decisions say, to a tenth of a kilobyte', async () => {
    const rows = await measureSizes()
    const [all, spine, four] = rows.map(({ bytes }) => bytes / 1000)
    const told = (file: string, pattern: RegExp): readonly number[] => {
      const found = pattern.exec(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'))
      return found?.slice(1).map(Number) ?? []
    }
    const near = (found: readonly number[], wanted: readonly number[]): void => {
      assert.equal(found.length, wanted.length)
      for (const [index, kilobytes] of wanted.entries())
        assert.ok(Math.abs(found[index]! - kilobytes) < 0.1, `${String(found[index])} kB, measured ${kilobytes}`)
    }
    near(told('README.md', /All of them together weigh ([\d.]+) kB[^]*?`slice` for ([\d.]+) kB/), [all!, four!])
    near(told('docs/decisions.md', /Neither is\s+reached any more: ([\d.]+) kB and ([\d.]+) kB[^]*?pays ([\d.]+) kB/), [
      spine!,
      all!,
      four!,
    ])
  })
})
