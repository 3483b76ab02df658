import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')
const folder = 'src/streams/operators'
const files = readdirSync(join(root, folder)).map((file) => file.replace(/\.ts$/, ''))

/** What is made of others, and brings them along. */
const composed: Readonly<Record<string, readonly string[]>> = {
  'limit-size': ['order-by', 'slice', 'top'],
  query: ['fields', 'order-by', 'select', 'slice', 'where'],
  fields: ['select'],
  top: ['slice'],
}

function nameOf(file: string): string {
  return file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** The operators in what a page gets that takes `names` of the core, and the bytes of it all. */
async function taken(names: readonly string[]): Promise<{ readonly operators: readonly string[]; readonly bytes: number }> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: `export { ${names.join()} } from './src/streams/index.ts'`, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    metafile: true,
    packages: 'external',
  })
  const inputs = Object.entries(Object.values(metafile.outputs)[0]!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const operators = inputs.flatMap(([file]) => (file.startsWith(folder) ? [file.slice(folder.length + 1, -'.ts'.length)] : []))
  return { operators: operators.sort(), bytes: outputFiles[0]!.contents.length }
}

describe('tree shaking', () => {
  for (const file of files) {
    it(`${nameOf(file)} brings no operator along but those that it is made of`, async () => {
      const { operators } = await taken([nameOf(file)])
      assert.deepEqual(operators, [file, ...(composed[file] ?? [])].sort())
    })
  }

  it('who takes three operators pays for three', async () => {
    const three = ['where', 'orderBy', 'slice']
    const { operators, bytes } = await taken(three)
    assert.deepEqual(operators, ['order-by', 'slice', 'where'])
    const all = await taken(files.map(nameOf))
    assert.ok(bytes < all.bytes * 0.6, `${bytes} of ${all.bytes} bytes`)
  })
})
