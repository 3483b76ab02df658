import { where } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b2: Row = { id: 'b', n: 2 }
const b3: Row = { id: 'b', n: 3 }

export const examples = [
  example({
    title: 'A changed item enters, leaves, or changes; a transaction that nothing of passes is not heard of',
    values: { a: add(a1), b: add(b2), c: set(a2, a1), d: set(b3, b2), e: set(a1, a2), p: add(b2), x: del(b2), y: add(a2), z: del(a2) },
    inputs: { rows: feed<Row>('(Rab.)-(cd.)-(e.)-|') },
    apply: ({ rows }) => rows.pipe(where({ n: 2 })),
    output: feed('             (Rp.)--(yx.)-(z.)-|'),
  }),
  example({
    title: 'A new condition sends the difference',
    values: { a: add(a1), b: add(b2), x: del(a1), p: { n: 1 }, q: { n: 2 } },
    inputs: {
      rows: feed<Row>('                 (Rab.)---------'),
      condition: values<{ n: number }>('------p-----q--'),
    },
    apply: ({ rows, condition }) => rows.pipe(where<Row>(condition)),
    output: feed('                      ------(Ra.)-(xb.)'),
  }),
]
