import { top } from '../../../src/streams/index.js'
import { add, del, example, ordered } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b2: Row = { id: 'b', n: 2 }
const c0: Row = { id: 'c', n: 0 }

export const examples = [
  example({
    title: 'The first of an ordered feed',
    values: { a: add(a1, 0), b: add(b2, 1), c: add(c0, 0), x: del(c0, 0), y: del(a1, 0), z: add(a1, 0) },
    inputs: { rows: ordered<Row>('(Rab.)-(c.)--(x.)--|') },
    apply: ({ rows }) => rows.pipe(top(1)),
    output: ordered('             (Ra.)--(yc.)-(xz.)-|'),
  }),
]
