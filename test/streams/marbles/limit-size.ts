import { limitSize } from '../../../src/streams/index.js'
import { add, del, example, feed } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b2: Row = { id: 'b', n: 2 }
const c3: Row = { id: 'c', n: 3 }

export const examples = [
  example({
    title: 'No more than so many: the first by an order',
    values: { a: add(a1), b: add(b2), c: add(c3), x: del(a1), y: del(c3) },
    inputs: { rows: feed<Row>('(Rab.)-(c.)--(y.)--|') },
    apply: ({ rows }) => rows.pipe(limitSize(2, { n: -1 })),
    output: feed('             (Rba.)-(xc.)-(ya.)-|'),
  }),
]
