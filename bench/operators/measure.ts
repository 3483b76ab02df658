// One case of the operators' bench at one size, in a process of its own: the very first result is the first there, and no case finds code that others made warm or slow.
import type { Row } from '../row.js'
import { operatorCases } from './cases.js'
import { measureCase } from './measure-case.js'

const [name, size] = process.argv.slice(2)
const report = (row: Row): void => {
  if (process.send === undefined) console.log(JSON.stringify(row))
  else process.send(row)
}

await measureCase(
  'operators',
  operatorCases.find((each) => each.name === name)!,
  Number(size),
  report,
)
process.disconnect?.()
