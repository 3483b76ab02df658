import { shareFeed } from '../../../src/streams/index.js'
import { add, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b1: Row = { id: 'b', n: 1 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'One subscription for all; who comes late gets the state as a snapshot',
    values: { a: add(a1), b: add(b1), c: set(a2, a1), d: set(b2, b1), e: add(a2) },
    inputs: { rows: feed<Row>('(Rab.)-(c.)-------(d.)-|') },
    apply: ({ rows }) => rows.pipe(shareFeed()),
    output: {
      early: feed('            (Rab.)-(c.)-------(d.)-|'),
      late: feed('             ------------(Reb.)(d.)-|', '------------^'),
    },
  }),
]
