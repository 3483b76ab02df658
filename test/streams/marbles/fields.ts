import { fields } from '../../../src/streams/index.js'
import { add, example, feed, set } from './example.js'

interface City {
  readonly id: string
  readonly name: string
  readonly n: number
}
const roma1: City = { id: 'r', name: 'Roma', n: 1 }
const roma2: City = { id: 'r', name: 'Roma', n: 2 }
const rome2: City = { id: 'r', name: 'Rome', n: 2 }
const roma = { id: 'r', name: 'Roma' }
const rome = { id: 'r', name: 'Rome' }

export const examples = [
  example({
    title: 'Only the named fields remain; a change of others is not sent',
    values: {
      ...{ a: add(roma1), b: set(roma2, roma1), c: set(rome2, roma2) },
      ...{ p: add(roma), q: set(rome, roma) },
    },
    inputs: { cities: feed<City>('(Ra.)-(b.)-(c.)-|') },
    apply: ({ cities }) => cities.pipe(fields('id', 'name')),
    output: feed('                (Rp.)------(q.)-|'),
  }),
]
