import { asArray, orderBy } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b2: Row = { id: 'b', n: 2 }
const a3: Row = { id: 'a', n: 3 }

export const examples = [
  example({
    title: 'The whole state at each commit that changed it, in the order of the feed',
    values: { a: add(a1), b: add(b2), c: set(a3, a1), x: del(b2), p: [a1, b2], q: [b2, a3], r: [a3] },
    inputs: { rows: feed<Row>('(Rab.)-(c.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(orderBy({ n: 1 }), asArray()),
    output: values('           p------q----r----|'),
  }),
]
