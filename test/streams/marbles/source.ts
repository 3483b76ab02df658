import { defer, ignoreElements, merge, tap } from 'rxjs'
import { Source } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b1: Row = { id: 'b', n: 1 }

/** A write, as a value of an Observable. */
interface Write {
  readonly text: string
  readonly run: (rows: Source<Row>) => void
}
const write = (text: string, run: Write['run']): Write => ({ text, run })

export const examples = [
  example({
    title: 'Each write is a transaction; edit makes one of many and sends its net effect',
    values: {
      1: write('publish', (rows) => rows.publish(b1)),
      2: write('edit', (rows) => rows.edit((tx) => (tx.patch('a', { n: 9 }), tx.patch('a', { n: 2 }), tx.retract('b')))),
      3: write('retract', (rows) => rows.retract('a')),
      ...{ a: add(a1), b: add(b1), c: set(a2, a1), x: del(b1), y: del(a2) },
    },
    inputs: { writes: values<Write>('------1----2-----3-----') },
    apply: ({ writes }) =>
      defer(() => {
        const rows = new Source<Row>({ key: (row) => row.id, initial: [a1] })
        return merge(
          rows.feed,
          writes.pipe(
            tap(({ run }) => run(rows)),
            ignoreElements(),
          ),
        )
      }),
    shown: 'new Source({ key: (row) => row.id, initial: [a1] }).feed',
    output: feed('                   (Ra.)-(b.)-(cx.)-(y.)--'),
    label: (value: Write | Row) => ('text' in value ? value.text : value.id + String(value.n)),
  }),
]
