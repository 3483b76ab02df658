import { aggregate, countOf, sumOf } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a4: Row = { id: 'a', n: 4 }
const b2: Row = { id: 'b', n: 2 }
const c0: Row = { id: 'c', n: 0 }

export const examples = [
  example({
    title: 'A value at the first commit, then at each that changed it',
    values: { a: add(a1), b: add(b2), c: add(c0), d: set(a4, a1), x: del(b2), p: 3, q: 6, r: 4 },
    inputs: { rows: feed<Row>('(Rab.)-(c.)-(d.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate(sumOf('n'))),
    output: values('           p-----------q----r----|'),
  }),
  example({
    title: 'Several by name are one value',
    values: { a: add(a1), b: add(b2), d: set(a4, a1), p: { n: 2, total: 3 }, q: { n: 2, total: 6 } },
    inputs: { rows: feed<Row>('(Rab.)-(d.)-|') },
    apply: ({ rows }) => rows.pipe(aggregate({ n: countOf(), total: sumOf('n') })),
    output: values('           p------q----|'),
    label: (value: Row | { readonly n: number; readonly total: number }) =>
      'total' in value ? `n ${value.n}, total ${value.total}` : value.id + String(value.n),
  }),
]
