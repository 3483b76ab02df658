import { aggregate, countOf } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'How many there are; a change alters nothing',
    values: { a: add(a1), b: add(b2), c: set(a2, a1), x: del(b2), p: 1, q: 2 },
    inputs: { rows: feed<Row>('(Ra.)-(b.)-(c.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate(countOf())),
    output: values('           p-----q---------p----|'),
  }),
]
