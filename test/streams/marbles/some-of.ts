import { aggregate, someOf } from '../../../src/streams/index.js'
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
    title: 'Whether one passes; of nothing it is false',
    values: { a: add(a1), b: add(b2), c: add(c6), d: set(a4, a1), x: del(b2), y: del(c6), t: true, f: false },
    inputs: { rows: feed<Row>('(R.)-(a.)-(c.)-(b.)-(y.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate(someOf(({ n }) => n > 4))),
    output: values('           f---------t---------f----|'),
  }),
]
