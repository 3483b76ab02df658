import { reverse } from '../../../src/streams/index.js'
import { add, del, example, ordered, set } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a4: Row = { id: 'a', n: 4 }
const b2: Row = { id: 'b', n: 2 }
const c3: Row = { id: 'c', n: 3 }

export const examples = [
  example({
    title: 'The other way round',
    values: {
      ...{ a: add(a1, 0), b: add(b2, 1), c: add(c3, 2), d: set(a4, a1, 0, 2), x: del(b2, 0) },
      ...{ p: add(b2, 0), q: add(a1, 1), r: add(c3, 0), s: set(a4, a1, 2, 0), y: del(b2, 2) },
    },
    inputs: { rows: ordered<Row>('(Rab.)-(c.)-(d.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(reverse()),
    output: ordered('             (Rpq.)-(r.)-(s.)-(y.)-|'),
  }),
]
