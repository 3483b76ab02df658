import { publishEvent, rekey, retractEvent } from '../../../src/streams/index.js'
import { add, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly of: string
}
const aX: Row = { id: 'a', of: 'X' }
const aY: Row = { id: 'a', of: 'Y' }
const bX: Row = { id: 'b', of: 'X' }

export const examples = [
  example({
    title: 'Under new keys; of several with one key the first shows, and another key is a retract and a publish',
    values: {
      ...{ a: add(aX), b: add(bX), d: set(aY, aX) },
      ...{ p: publishEvent('X', aX), q: publishEvent('Y', aY), x: retractEvent('X', aX), r: publishEvent('X', bX) },
    },
    inputs: { rows: feed<Row>('(Ra.)-(d.)--(b.)-|') },
    apply: ({ rows }) => rows.pipe(rekey('of')),
    output: feed('             (Rp.)-(xq.)-(r.)-|'),
  }),
]
