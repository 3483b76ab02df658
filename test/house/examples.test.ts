import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { node } from '../../scripts/run.mjs'
import { root } from './sources.js'

/** Inside the package, so that `import … from 'rachis'` finds the built entries; outside of what is published. */
const folder = join(root, 'dist/examples-in-docs')
const pages = ['README.md', ...markdownBelow('docs')].filter((page) => existsSync(join(root, page)))

/** A block marked ```ts runnable must end by itself; what it prints must be its `// → …` comments, line by line. */
describe('examples in the documentation', () => {
  before(async () => {
    assert.equal(await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' }), 0)
    mkdirSync(folder, { recursive: true })
    // Else the paths of ours would lead to the sources.
    writeFileSync(join(folder, 'tsconfig.json'), '{}')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('stand in the README', () => {
    assert.ok(pages.includes('README.md') && runnable('README.md').length > 0)
  })

  for (const page of pages) {
    for (const { code, line } of runnable(page)) {
      it(`${page}:${String(line)}`, async () => {
        const file = join(folder, `${page.replaceAll('/', '-')}-${String(line)}.ts`)
        writeFileSync(file, code)
        const { stdout } = await promisify(execFile)(process.execPath, ['--import=tsx', file], {
          cwd: root,
          env: { ...process.env, TSX_TSCONFIG_PATH: join(folder, 'tsconfig.json') },
          timeout: 15_000,
        })
        const printed = stdout.split('\n').slice(0, -1)
        const promised = [...code.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1])
        assert.deepEqual(printed, promised)
      })
    }
  }
})

function runnable(page: string): { code: string; line: number }[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```ts runnable\n([^]*?)^```$/gm)].map((match) => ({
    code: match[1]!,
    line: text.slice(0, match.index).split('\n').length,
  }))
}

function markdownBelow(path: string): string[] {
  if (!existsSync(join(root, path))) return []
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith('api/'))
    .map((file) => join(path, file))
    .sort()
}
