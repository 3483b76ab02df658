import { orderBy } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

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
    title: 'The snapshot arrives ascending; then each event says the place it leaves and the place it goes to',
    values: {
      ...{ a: add(a1), b: add(b2), c: add(c3), d: set(a4, a1), x: del(b2) },
      ...{ p: add(a1, 0), q: add(c3, 1), r: add(b2, 1), s: set(a4, a1, 0, 2), y: del(b2, 0) },
    },
    inputs: { rows: feed<Row>('(Rca.)-(b.)-(d.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(orderBy({ n: 1 })),
    output: feed('             (Rpq.)-(r.)-(s.)-(y.)-|'),
  }),
  example({
    title: 'A new order sends only the items that must move, each as a retract and a publish',
    values: {
      ...{ a: add(a1), b: add(b2), p: add(a1, 0), q: add(b2, 1), x: del(b2, 1), r: add(b2, 0) },
      ...{ u: { n: 1 }, d: { n: -1 } },
    },
    inputs: {
      rows: feed<Row>('                      (Rab.)------------'),
      order: values<{ readonly n: 1 | -1 }>('------u-----d----'),
    },
    apply: ({ rows, order }) => rows.pipe(orderBy<Row>(order)),
    output: feed('                           ------(Rpq.)(xr.)'),
  }),
]
