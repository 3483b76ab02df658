import { query } from '../../../src/streams/index.js'
import { add, del, example, feed, ordered, set } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b2: Row = { id: 'b', n: 2 }
const a4: Row = { id: 'a', n: 4 }
const c3: Row = { id: 'c', n: 3 }

export const examples = [
  example({
    title: 'Filter, sort, skip, limit and fields, as a node does them for its clients',
    values: {
      a: add(a1),
      b: add(b2),
      c: add(c3),
      d: set(a4, a1),
      p: add(c3, 0),
      q: del(c3, 0),
      r: add(a4, 0),
      x: del(a4),
      y: del(a4, 0),
      z: add(c3, 0),
    },
    inputs: { rows: feed<Row>('(Rabc.)-(d.)--(x.)--|') },
    apply: ({ rows }) => rows.pipe(query({ filter: { n: { $gt: 1 } }, sort: { n: -1 }, limit: 1 })),
    output: ordered('          (Rp.)---(qr.)-(yz.)-|'),
  }),
]
