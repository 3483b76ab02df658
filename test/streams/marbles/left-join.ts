import { leftJoin, publishEvent, retractEvent } from '../../../src/streams/index.js'
import { add, del, example, feed } from './example.js'

interface City {
  readonly id: string
  readonly of: string
}
interface Country {
  readonly id: string
  readonly n: number
}
const aX: City = { id: 'a', of: 'X' }
const bY: City = { id: 'b', of: 'Y' }
const X1: Country = { id: 'X', n: 1 }
const Y5: Country = { id: 'Y', n: 5 }
const row = (id: string, n?: number) => ({ id, n })

export const examples = [
  example({
    title: 'A left item that matches nothing has a row too, under a key with null',
    values: {
      ...{ a: add(aX), b: add(bY), X: add(X1), Y: add(Y5), x: del(X1) },
      ...{ p: publishEvent('["a","X"]', row('a', 1)), q: publishEvent('["b",null]', row('b')), s: retractEvent('["b",null]', row('b')) },
      ...{ t: publishEvent('["b","Y"]', row('b', 5)), u: retractEvent('["a","X"]', row('a', 1)), v: publishEvent('["a",null]', row('a')) },
    },
    inputs: {
      cities: feed<City>('      (Rab.)-------------|'),
      countries: feed<Country>('(RX.)--(Y.)--(x.)--|'),
    },
    apply: ({ cities, countries }) =>
      cities.pipe(leftJoin(countries, { left: 'of', right: 'id', select: (city, country) => ({ id: city.id, n: country?.n }) })),
    output: feed('              (Rpq.)-(ts.)-(uv.)-|'),
  }),
]
