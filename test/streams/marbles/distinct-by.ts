import { distinctBy } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly of: string
}
const aX: Row = { id: 'a', of: 'X' }
const aY: Row = { id: 'a', of: 'Y' }
const bX: Row = { id: 'b', of: 'X' }
const cY: Row = { id: 'c', of: 'Y' }

export const examples = [
  example({
    title: 'One item of each value: the first by key, or by an order',
    values: { a: add(aX), b: add(bX), c: add(cY), d: set(aY, aX), e: add(aY), x: del(aX), y: del(cY) },
    inputs: { rows: feed<Row>('(Rab.)-(c.)-(d.)---|') },
    apply: ({ rows }) => rows.pipe(distinctBy('of')),
    output: feed('             (Ra.)--(c.)-(ybd.)-|'),
  }),
]
