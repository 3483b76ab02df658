import { publishEvent, retractEvent, rightJoin } from '../../../src/streams/index.js'
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
const row = (n: number, id?: string) => ({ id, n })

export const examples = [
  example({
    title: 'A right item that matches nothing has a row too',
    values: {
      ...{ a: add(aX), b: add(bY), X: add(X1), Y: add(Y5), x: del(aX) },
      ...{ p: publishEvent('["a","X"]', row(1, 'a')), q: publishEvent('[null,"Y"]', row(5)), s: retractEvent('[null,"Y"]', row(5)) },
      ...{ t: publishEvent('["b","Y"]', row(5, 'b')), u: retractEvent('["a","X"]', row(1, 'a')), v: publishEvent('[null,"X"]', row(1)) },
    },
    inputs: {
      cities: feed<City>('      (Ra.)--(b.)--(x.)--|'),
      countries: feed<Country>('(RXY.)-------------|'),
    },
    apply: ({ cities, countries }) =>
      cities.pipe(rightJoin(countries, { left: 'of', right: 'id', select: (city, country) => ({ id: city?.id, n: country.n }) })),
    output: feed('              (Rqp.)-(ts.)-(uv.)-|'),
  }),
]
