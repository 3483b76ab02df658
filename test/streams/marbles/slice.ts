import { slice } from '../../../src/streams/index.js'
import { add, del, example, ordered, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b2: Row = { id: 'b', n: 2 }
const b9: Row = { id: 'b', n: 9 }
const c3: Row = { id: 'c', n: 3 }
const d0: Row = { id: 'd', n: 0 }

export const examples = [
  example({
    title: 'What enters pushes the last one out, what leaves lets the next one in; behind the window nothing is heard',
    values: {
      ...{ a: add(a1, 0), b: add(b2, 1), c: add(c3, 2), d: add(d0, 0), e: set(b9, b2, 2, 3), f: del(a1, 1) },
      ...{ p: del(b2, 1), q: add(c3, 1) },
    },
    inputs: { rows: ordered<Row>('(Rabc.)-(d.)--(e.)-(f.)-|') },
    apply: ({ rows }) => rows.pipe(slice({ limit: 2 })),
    output: ordered('             (Rab.)--(pd.)------(fq.)|'),
  }),
  example({
    title: 'A window that moves sends the rows it leaves, then those it reaches',
    values: {
      ...{ a: add(a1, 0), b: add(b2, 1), c: add(c3, 2), x: del(a1, 0), p: add(c3, 1) },
      ...{ 0: { skip: 0, limit: 2 }, 1: { skip: 1, limit: 2 } },
    },
    inputs: {
      rows: ordered<Row>('                                              (Rabc.)------------'),
      range: values<{ readonly skip: number; readonly limit: number }>('-------0-------1---'),
    },
    apply: ({ rows, range }) => rows.pipe(slice(range)),
    output: ordered('                                                   -------(Rab.)--(xp.)'),
    label: (value: Row | { readonly skip: number }) => ('skip' in value ? `skip ${value.skip}` : value.id + String(value.n)),
  }),
]
