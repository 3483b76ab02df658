import { type Feed, switchFeed } from '../../../src/streams/index.js'
import { map } from 'rxjs'
import { add, del, example, feed, set, values } from './example.js'

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
    title: 'The old feed stays until the new one is ready; then the difference of the two is sent',
    values: { a: add(a1), b: add(b1), c: add(c1), d: set(b2, b1), p: add(b2), x: del(a1), 1: 'one', 2: 'two' },
    inputs: {
      chosen: values<'one' | 'two'>('1------2----------|'),
      one: feed<Row>('               (Rab.)(d.)---------', '^-----------!'),
      two: feed<Row>('                      R-p-c.------', '-------^'),
    },
    apply: ({ chosen, one, two }) =>
      chosen.pipe(
        map((name): Feed<Row> => (name === 'one' ? one : two)),
        switchFeed(),
      ),
    output: feed('                   (Rab.)(d.)--(xc.)---'),
  }),
]
