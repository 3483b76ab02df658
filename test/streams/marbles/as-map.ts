import { asMap } from '../../../src/streams/index.js'
import { add, del, example, feed, values } from './example.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const b2: Row = { id: 'b', n: 2 }

export const examples = [
  example({
    title: 'The whole state by key, at each commit that changed it',
    values: {
      ...{ a: add(a1), b: add(b2), x: del(a1) },
      ...{
        p: new Map([['a', a1]]),
        q: new Map([
          ['a', a1],
          ['b', b2],
        ]),
        r: new Map([['b', b2]]),
      },
    },
    inputs: { rows: feed<Row>('(Ra.)-(b.)-(x.)-|') },
    apply: ({ rows }) => rows.pipe(asMap()),
    output: values('           p-----q----r----|'),
  }),
]
