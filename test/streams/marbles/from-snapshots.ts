import { fromSnapshots } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b1: Row = { id: 'b', n: 1 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'Whole states become the minimal events, one transaction a state',
    values: { 1: [a1, b1], 2: [a1, b2], 3: [b2], a: add(a1), b: add(b1), c: set(b2, b1), x: del(a1) },
    inputs: { polls: values<readonly Row[]>('1------2----3-----|') },
    apply: ({ polls }) => fromSnapshots(polls, { key: (row) => row.id }),
    output: feed('                           (Rab.)-(c.)-(x.)--|'),
  }),
]
