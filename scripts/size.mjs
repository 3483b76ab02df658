// `npm run size`: what a page loads for each set of entries, minified and gzipped; fails over a budget.
import { measureSizes } from './measure-sizes.mjs'

const rows = await measureSizes()
for (const { name, bytes, budget } of rows) {
  const limit = budget === undefined ? 'reported only' : `of ${kilobytes(budget)}${bytes > budget ? '  OVER BUDGET' : ''}`
  console.log(`${kilobytes(bytes).padStart(9)}  ${name.padEnd(60)} ${limit}`)
}
process.exitCode = rows.some(({ bytes, budget }) => budget !== undefined && bytes > budget) ? 1 : 0

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(2)} kB`
}
