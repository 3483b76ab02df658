import assert from 'node:assert/strict'
import { join } from 'node:path'
import { build } from 'esbuild'
import { pageModules } from '../../scripts/mangling.mjs'
import { compileFilter, compileSort } from '../../src/streams/index.js'

const root = join(import.meta.dirname, '../..')

// Values as they come to a page: what JSON has, and dates, missing fields, bytes, bigints.
const values: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, 1, 1.5, -3, NaN, Infinity, 10n, 2n ** 60n, '', 'a', 'A', 'ä', '😀'],
  ...[
    new Date(0),
    new Date(5),
    [],
    [1],
    [1, 'a'],
    [[1]],
    {},
    { b: 1 },
    { b: 2, a: 1 },
    { _bsontype: 'Long' },
    new Uint8Array([1, 2]),
    new Uint8Array([3]),
  ],
]
interface Item {
  readonly a?: string
}
const items = values.map((value): Item => (value === undefined ? {} : ({ a: value } as Item)))
const operands = values.filter(
  (value) =>
    value !== undefined &&
    typeof value !== 'function' &&
    !JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? '' : part))?.includes('_bsontype'),
)
const filters: readonly object[] = [
  ...operands.flatMap((value) => ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'].map((operator) => ({ a: { [operator]: value } }))),
  ...operands.flatMap((value) => [{ a: { $in: [value] } }, { a: { $not: { $gt: value } } }, { a: { $elemMatch: { $eq: value } } }]),
  ...['number', 'string', 'date', 'null', 'array', 'object', 'bool', 'int', 'double', 'long', 'objectId', 'binData'].map((type) => ({
    a: { $type: type },
  })),
  ...[{ a: { $exists: true } }, { a: { $size: 1 } }, { a: { $mod: [2, 1] } }, { 'a.b': 1 }, { a: { $prefix: 'a' } }],
]

describe('filters and sorts in pages', () => {
  it('mean what they mean in Node, BSON classes apart', async () => {
    const built = await build({
      ...pageModules(),
      absWorkingDir: root,
      stdin: { contents: `export { compileFilter, compileSort } from './src/streams/index.ts'`, resolveDir: root },
      write: false,
      bundle: true,
    })
    const text = built.outputFiles[0]!.text
    const page = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
      compileFilter: typeof compileFilter
      compileSort: typeof compileSort
    }
    for (const filter of filters) {
      const here = items.map(compileFilter<object>(filter))
      assert.deepEqual(items.map(page.compileFilter<object>(filter)), here)
    }
    for (const direction of [1, -1] as const) {
      const here = compileSort<Item>({ a: direction })
      const there = page.compileSort<Item>({ a: direction })
      for (const a of items) for (const b of items) assert.equal(Math.sign(there(a, b)), Math.sign(here(a, b)))
    }
  })
})
