import { countOf, rollup, sumOf } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'
import { changeEvent, publishEvent, retractEvent } from '../../../src/streams/index.js'

interface Row {
  readonly id: string
  readonly of: string
  readonly n: number
}
const a: Row = { id: 'a', of: 'X', n: 1 }
const b: Row = { id: 'b', of: 'X', n: 2 }
const moved: Row = { id: 'b', of: 'Y', n: 2 }
const row = (key: string, n: number, sum: number) => ({ key, n, sum })

export const examples = [
  example({
    title: 'A row of values for each key; only the groups that a transaction touched are looked at',
    values: {
      ...{ a: add(a), b: add(b), c: set(moved, b), d: del(moved) },
      ...{ p: publishEvent('X', row('X', 2, 3)), q: changeEvent('X', row('X', 1, 1), row('X', 2, 3)) },
      ...{ r: publishEvent('Y', row('Y', 1, 2)), s: retractEvent('Y', row('Y', 1, 2)) },
    },
    inputs: { rows: feed<Row>('(Rab.)-(c.)--(d.)-|') },
    apply: ({ rows }) => rows.pipe(rollup('of', { n: countOf(), sum: sumOf('n') })),
    output: feed('             (Rp.)--(qr.)-(s.)-|'),
    label: (value: Row | ReturnType<typeof row>) =>
      'sum' in value ? `${value.key}: ${value.n}, ${value.sum}` : value.id + value.of + String(value.n),
  }),
]
