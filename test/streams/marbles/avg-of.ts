import { aggregate, avgOf } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a4: Row = { id: 'a', n: 4 }
const b2: Row = { id: 'b', n: 2 }
const c6: Row = { id: 'c', n: 6 }

export const examples = [
  example({
    title: 'The mean; of nothing it is undefined',
    values: { a: add(a1), b: add(b2), c: add(c6), d: set(a4, a1), x: del(b2), y: del(c6), n: undefined, 1: 1.5, 3: 3, 4: 4 },
    inputs: { rows: feed<Row>('(R.)-(ab.)-(d.)-(c.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate(avgOf('n'))),
    output: values('           n----1-----3----4----|'),
  }),
]
