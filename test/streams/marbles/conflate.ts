import { asyncScheduler } from 'rxjs'
import { conflate } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }
const b1: Row = { id: 'b', n: 1 }
const a3: Row = { id: 'a', n: 3 }

export const examples = [
  example({
    title: 'The snapshot at once, then the net effect of what has happened, at most once in a time',
    values: { a: add(a1), b: add(b1), c: set(a2, a1), d: set(a3, a2), x: del(b1), e: set(a3, a1) },
    inputs: { rows: feed<Row>('(Ra.)-(cb.)(dx.)--------|') },
    apply: ({ rows }) => rows.pipe(conflate(12, asyncScheduler)),
    shown: 'conflate(12)',
    output: feed('             (Ra.)-------------(e.)--|'),
  }),
  example({
    title: 'When the consumer asks, with whole transactions only',
    values: { a: add(a1), b: add(b1), c: set(a2, a1), '?': 'next' },
    inputs: {
      rows: feed<Row>('       (Ra.)-c-----b-.------'),
      demand: values<string>('---------?---------?----'),
    },
    apply: ({ rows, demand }) => rows.pipe(conflate(demand)),
    output: feed('            (Ra.)--------------(cb.)'),
  }),
]
