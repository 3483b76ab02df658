// `npm run bench [-- SUITE… --json --only PART…]`: runs the suites named, or all, one after the other; tables, or one JSON object a line.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Row, Suite } from './row.js'
import { formatTable } from './table.js'

// As in production: in development builds items are frozen, which no peer does. Suites are loaded after this.
process.env['NODE_ENV'] ??= 'production'

const ending = '.bench.js'
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length))
  .sort()

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
})
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`No suite named ${unknown.join(', ')}; there are: ${known.join(', ')}.`)
  process.exit(2)
}

for (const name of positionals.length > 0 ? positionals : known) {
  const suite = (await import(join(import.meta.dirname, `${name}${ending}`))) as Suite
  const rows: Row[] = []
  if (!values.json) console.log(`\n${suite.suite}`)
  await suite.run((row) => {
    rows.push(row)
    if (values.json) console.log(JSON.stringify(row))
  }, values.only)
  if (!values.json) console.log(formatTable(rows))
}
