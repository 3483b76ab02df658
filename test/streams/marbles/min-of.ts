import { aggregate, minOf } from '../../../src/streams/index.js'
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
    title: 'The least; when it goes, the next takes its place',
    values: { a: add(a1), b: add(b2), c: add(c6), d: set(a4, a1), x: del(b2), y: del(c6), 1: 1, 2: 2, 4: 4 },
    inputs: { rows: feed<Row>('(Rabc.)-(d.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate(minOf('n'))),
    output: values('           1-------2----4----|'),
  }),
]
