import { union } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'All items, one a key; where both have a key, the first feed decides, and the second takes over when the first lets go',
    values: { a: add(a1), b: add(b2), c: add(a2), d: set(a1, a2), e: set(a2, a1), x: del(a1) },
    inputs: {
      first: feed<Row>(' (R.)---(a.)-(x.)-|'),
      second: feed<Row>('(Rcb.)-----------|'),
    },
    apply: ({ first, second }) => union(first, second),
    output: feed('       (Rcb.)-(d.)-(e.)-|'),
  }),
]
