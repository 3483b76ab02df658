import { changeEvent, publishEvent, retractEvent, rollup, sumOf } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly of: string
  readonly n: number
}
const a: Row = { id: 'a', of: 'X', n: 1 }
const b: Row = { id: 'b', of: 'X', n: 2 }
const moved: Row = { id: 'b', of: 'Y', n: 2 }
const row = (key: string, sum: number) => ({ key, sum })

export const examples = [
  example({
    title: 'A row of values for each key; only the groups that a transaction touched are looked at',
    values: {
      ...{ a: add(a), b: add(b), c: set(moved, b), d: del(moved) },
      ...{ p: publishEvent('X', row('X', 3)), q: changeEvent('X', row('X', 1), row('X', 3)) },
      ...{ r: publishEvent('Y', row('Y', 2)), s: retractEvent('Y', row('Y', 2)) },
    },
    inputs: { rows: feed<Row>('(Rab.)-(c.)--(d.)-|') },
    apply: ({ rows }) => rows.pipe(rollup('of', { sum: sumOf('n') })),
    output: feed('             (Rp.)--(qr.)-(s.)-|'),
    label: (value: Row | ReturnType<typeof row>) =>
      'sum' in value ? value.key + String(value.sum) : value.id + value.of + String(value.n),
  }),
]
