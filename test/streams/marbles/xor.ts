import { xor } from '../../../src/streams/index.js'
import { add, del, example, feed } from './example.js'

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
    title: 'The items that exactly one feed has',
    values: { a: add(a1), b: add(b1), c: add(a2), d: add(b2), x: del(a1), y: del(b1) },
    inputs: {
      first: feed<Row>(' (Rab.)------(x.)-|'),
      second: feed<Row>('(Rc.)--(d.)------|'),
    },
    apply: ({ first, second }) => xor(first, second),
    output: feed('       (Rb.)--(y.)-(c.)-|'),
  }),
]
