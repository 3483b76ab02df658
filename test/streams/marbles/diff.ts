import { diff } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b1: Row = { id: 'b', n: 1 }
const b2: Row = { id: 'b', n: 2 }
const c1: Row = { id: 'c', n: 1 }

export const examples = [
  example({
    title: 'A later reset and its snapshot become the difference',
    values: { a: add(a1), b: add(b1), c: add(b2), d: add(c1), x: del(a1), e: set(b2, b1) },
    inputs: { rows: feed<Row>('(Rab.)---Rcd---.-----|') },
    apply: ({ rows }) => rows.pipe(diff()),
    output: feed('             (Rab.)---------(xed.)|'),
  }),
]
