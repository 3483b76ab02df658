// `npm run soak [-- MINUTES]`: the random tests over and over, each time from another seed, until one fails or the time is up (10 minutes).
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { node } from './run.mjs'

process.chdir(join(import.meta.dirname, '..'))
const minutes = Number(process.argv[2] ?? 10)
const files = readdirSync('test', { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file))
  .filter((file) => /fast-check|histories\.js/.test(readFileSync(file, 'utf8')))
  .sort()

const end = Date.now() + minutes * 60_000
let rounds = 0
while (Date.now() < end) {
  const seed = String(randomInt(2 ** 31))
  const code = await node('node_modules/mocha/bin/mocha.js', ['--reporter=dot', ...files], { env: { ...process.env, RACHIS_SEED: seed } })
  if (code !== 0) {
    console.log(`RACHIS_SEED=${seed} fails.`)
    process.exit(1)
  }
  rounds++
}
console.log(`${rounds} rounds of ${files.length} files, none failed.`)
