import { aggregate, sumOf } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number | null
}
const a1: Row = { id: 'a', n: 1 }
const a3: Row = { id: 'a', n: 3 }
const b2: Row = { id: 'b', n: 2 }
const none: Row = { id: 'c', n: null }

export const examples = [
  example({
    title: 'The sum of a field; what is no number counts as nothing',
    values: { a: add(a1), b: add(b2), c: add(none), d: set(a3, a1), x: del(b2), p: 1, q: 3, r: 5 },
    inputs: { rows: feed<Row>('(Ra.)-(b.)-(c.)-(d.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate(sumOf('n'))),
    output: values('           p-----q---------r----q----|'),
  }),
]
