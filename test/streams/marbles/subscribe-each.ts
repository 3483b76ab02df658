import { Subject } from 'rxjs'
import { subscribeEach } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b1: Row = { id: 'b', n: 1 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'Something is held for each item as long as it is there; a changed one lets go and begins anew',
    values: {
      a: add(a1),
      b: add(b1),
      c: set(b2, b1),
      x: del(a1),
      1: 'open a1',
      2: 'open b1',
      3: 'close b1',
      4: 'open b2',
      5: 'close a1',
      6: 'close b2',
    },
    inputs: { rooms: feed<Row>('(Ra.)-(b.)-(c.)-(x.)-', '^--------------------!') },
    apply: ({ rooms }) => {
      const log = new Subject<string>()
      const open = ({ id, n }: Row) => {
        log.next(`open ${id}${n}`)
        return () => log.next(`close ${id}${n}`)
      }
      return { '': rooms.pipe(subscribeEach(open)), log }
    },
    shown: 'subscribeEach((room) => { open(room); return () => close(room) })',
    output: {
      '': feed('                (Ra.)-(b.)-(c.)-(x.)-', '^--------------------!'),
      log: values('             1-----2----(34)-5----6-'),
    },
  }),
]
