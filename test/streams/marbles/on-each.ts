import { Subject } from 'rxjs'
import { onEach } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'
interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b1: Row = { id: 'b', n: 1 }

export const examples = [
  example({
    title: 'Calls by the net effect of each transaction; what came and went in one calls nobody',
    values: { a: add(a1), b: add(b1), c: set(a2, a1), x: del(b1), y: del(a2), n: 'new a', g: 'gone a' },
    inputs: { rows: feed<Row>('(Ra.)--(cbx.)-(y.)-') },
    apply: ({ rows }) => {
      const log = new Subject<string>()
      return {
        '': rows.pipe(onEach({ publish: (row) => log.next(`new ${row.id}`), retract: (row) => log.next(`gone ${row.id}`) })),
        log,
      }
    },
    shown: 'onEach({ publish: (row) => log(`new ${row.id}`), retract: (row) => log(`gone ${row.id}`) })',
    output: {
      '': feed('               (Ra.)--(cbx.)-(y.)-'),
      log: values('            n-------------g--'),
    },
  }),
]
