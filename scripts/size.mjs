// `npm run size [-- --files]`: what each set of entries weighs, minified and gzipped; fails over a budget.
// With `--files` also the files in it by their minified bytes.
import { measureSizes } from './measure-sizes.mjs'

const rows = await measureSizes()
for (const { name, bytes, budget, goal, files } of rows) {
  const limit = budget === undefined ? 'reported only' : `of ${kilobytes(budget)}${bytes > budget ? '  OVER BUDGET' : ''}`
  const missed = goal !== undefined && bytes > goal ? `, GOAL OF ${kilobytes(goal)} NOT REACHED` : ''
  console.log(`${kilobytes(bytes).padStart(9)}  ${name.padEnd(66)} ${limit}${missed}`)
  if (process.argv.includes('--files')) for (const [file, size] of files) console.log(`${String(size).padStart(20)}  ${file}`)
}
process.exitCode = rows.some(({ bytes, budget }) => budget !== undefined && bytes > budget) ? 1 : 0

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(2)} kB`
}
