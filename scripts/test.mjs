// `npm test [-- FILES…]`: builds and installs what the tests need, then runs every test; the last line is `N passed, N failed, N skipped`.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installSystemPackages } from './system-packages.mjs'
import { node } from './run.mjs'

process.chdir(join(import.meta.dirname, '..'))
const named = process.argv.slice(2)
const files = named.length > 0 ? named : testFiles()

await installSystemPackages()
const built = await node('esbuild.mjs', ['--if-stale'])

const folder = mkdtempSync(join(tmpdir(), 'rachis-test-'))
const countsFile = join(folder, 'counts.json')
const env = { ...process.env, RACHIS_TEST_COUNTS: countsFile }
const exitCode = await node('node_modules/mocha/bin/mocha.js', files, { env })
const counts = readCounts()
rmSync(folder, { recursive: true, force: true })

if (built !== 0) {
  counts.failed += 1
  console.error('The build failed; that counts as one failure.')
}
// A run that ends badly without a failed test (a crash, a file that can't be loaded) must not read as a good one.
if (exitCode !== 0 && counts.failed === 0) counts.failed = 1
process.exitCode = counts.failed === 0 ? 0 : 1
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)

function testFiles() {
  return readdirSync('test', { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => join('test', file))
    .sort()
}

function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'))
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
