import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { entries } from '../../scripts/entries.mjs'
import { node } from '../../scripts/run.mjs'
import { root } from './sources.js'

/** Prints the timers that an import has set and what it has left open, and must then end by itself. Requests for files are the loader's own. */
const probe = `
const started = []
for (const name of ['setTimeout', 'setInterval']) globalThis[name] = () => void started.push(name)
process.stdout, process.stderr
const before = process.getActiveResourcesInfo()
await import(process.argv[1])
const left = process.getActiveResourcesInfo().filter((resource) => !/Req(Callback|Promise)?$/.test(resource))
for (const resource of before) if (left.includes(resource)) left.splice(left.indexOf(resource), 1)
console.log(JSON.stringify([...started, ...left]))
`

describe('importing', () => {
  before(async () => {
    assert.equal(await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' }), 0)
  })

  for (const entry of entries) {
    it(`rachis${entry.subpath.slice(1)} starts nothing: no timer, no socket, no handle`, async () => {
      assert.deepEqual(await startedByImport(entry.file), [])
    })
  }

  it('rachis loads only the algebra: no transport, nothing for tests, about two files for each operator', async () => {
    const result = await build({ entryPoints: ['./src/streams/index.ts'], ...inMemory })
    const files = Object.keys(result.metafile.inputs)
    assert.deepEqual(
      files.filter((file) => !/^src\/(errors|streams\/([\w-]+|(operators|internal)\/[\w-]+))\.ts$/.test(file)),
      [],
    )
    const operators = files.filter((file) => file.startsWith('src/streams/operators/'))
    assert.ok(files.length <= 2.2 * operators.length, `${String(files.length)} files for ${String(operators.length)} operators`)
  })
})

const inMemory = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  packages: 'external',
  outdir: 'dist',
} as const

async function startedByImport(file: string): Promise<string[]> {
  const args = ['--input-type=module', '-e', probe, join(root, 'dist/esm', `${file}.js`)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 })
  return JSON.parse(stdout) as string[]
}
