import { mergeEach } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Room {
  readonly id: string
}
interface Row {
  readonly id: string
  readonly n: number
}
const [x, y]: readonly Room[] = [{ id: 'x' }, { id: 'y' }]
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b1: Row = { id: 'b', n: 1 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'The feeds that the items give, as one; where two have a key, the one of the first outer key decides',
    values: { x: add(x!), y: add(y!), z: del(x!), a: add(a1), b: add(b1), c: set(b2, b1), d: add(a2), e: set(a2, a1), f: del(b2) },
    inputs: {
      rooms: feed<Room>('(Rx.)-(y.)------(z.)-'),
      inX: feed<Row>('   ----(Rab.)(c.)', '^---------------!'),
      inY: feed<Row>('         (Rd.)------------', '------^'),
    },
    apply: ({ rooms, inX, inY }) => rooms.pipe(mergeEach(({ id }) => (id === 'x' ? inX : inY))),
    output: feed('       (R.)(ab.)-(c.)--(ef.)-'),
  }),
]
