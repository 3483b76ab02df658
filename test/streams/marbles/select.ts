import { changeEvent, publishEvent, retractEvent, select } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const a3: Row = { id: 'a', n: 3 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'Each item becomes another under the same key; a change that the result does not show is not sent',
    values: {
      ...{ a: add(a1), b: add(b2), c: set(a3, a1), d: set(a2, a3), x: del(b2) },
      ...{ p: publishEvent('a', 'odd'), q: publishEvent('b', 'even'), r: changeEvent('a', 'even', 'odd'), y: retractEvent('b', 'even') },
    },
    inputs: { rows: feed<Row>('(Rab.)-(c.)-(d.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(select((row) => (row.n % 2 ? 'odd' : 'even'))),
    output: feed('             (Rpq.)------(r.)-(y.)-|'),
  }),
]
