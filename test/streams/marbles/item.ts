import { item } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

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
    title: 'One item, or nothing while there is none',
    values: { a: add(a1), b: add(b1), c: set(b2, b1), d: set(a2, a1), x: del(a2), n: undefined, p: a1, q: a2 },
    inputs: { rows: feed<Row>('(Rb.)-(a.)-(c.)-(d.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(item('a')),
    output: values('           n-----p---------q----n----|'),
  }),
]
