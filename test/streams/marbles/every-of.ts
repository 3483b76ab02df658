import { aggregate, everyOf } from '../../../src/streams/index.js'
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
    title: 'Whether all pass; of nothing it is true',
    values: { a: add(a1), b: add(b2), c: add(c6), d: set(a4, a1), x: del(b2), y: del(c6), t: true, f: false },
    inputs: { rows: feed<Row>('(R.)-(b.)-(c.)-(a.)-(d.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate(everyOf(({ n }) => n > 1))),
    output: values('           t--------------f----t----|'),
  }),
]
