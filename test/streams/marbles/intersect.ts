import { intersect } from '../../../src/streams/index.js'
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
    title: 'The items whose key all feeds have, as the first has them',
    values: { a: add(a1), b: add(b1), c: add(a2), d: add(b2), x: del(a2), y: del(a1) },
    inputs: {
      first: feed<Row>(' (Rab.)-----------|'),
      second: feed<Row>('(Rc.)--(d.)-(x.)-|'),
    },
    apply: ({ first, second }) => intersect(first, second),
    output: feed('       (Ra.)--(b.)-(y.)-|'),
  }),
]
