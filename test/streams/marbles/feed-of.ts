import { feedOf } from '../../../src/streams/index.js'
import { add, example, feed } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'Items that never change: a snapshot, a commit, and the end',
    values: { a: add(a1), b: add(b2) },
    inputs: {},
    apply: () => feedOf([a1, b2], (row) => row.id),
    output: feed('(Rab.|)'),
  }),
]
