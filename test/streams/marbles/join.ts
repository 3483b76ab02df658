import { changeEvent, join, publishEvent, retractEvent } from '../../../src/streams/index.js'
import { add, example, feed, set } from './example.js'

interface City {
  readonly id: string
  readonly of: string
}
interface Country {
  readonly id: string
  readonly n: number
}
const aX: City = { id: 'a', of: 'X' }
const bX: City = { id: 'b', of: 'X' }
const bY: City = { id: 'b', of: 'Y' }
const X1: Country = { id: 'X', n: 1 }
const X2: Country = { id: 'X', n: 2 }
const Y5: Country = { id: 'Y', n: 5 }
const row = (id: string, n: number) => ({ id, n })

export const examples = [
  example({
    title: 'A row for each two that match; a change reaches all its rows, and another key is another row',
    values: {
      ...{ a: add(aX), b: add(bX), X: add(X1), Y: add(Y5), d: set(X2, X1), c: set(bY, bX) },
      ...{
        p: publishEvent('["a","X"]', row('a', 1)),
        q: publishEvent('["b","X"]', row('b', 1)),
        r: changeEvent('["a","X"]', row('a', 2), row('a', 1)),
      },
      ...{
        s: changeEvent('["b","X"]', row('b', 2), row('b', 1)),
        x: retractEvent('["b","X"]', row('b', 2)),
        t: publishEvent('["b","Y"]', row('b', 5)),
      },
    },
    inputs: {
      cities: feed<City>('      (Rab.)-------(c.)--|'),
      countries: feed<Country>('(RXY.)-(d.)--------|'),
    },
    apply: ({ cities, countries }) =>
      cities.pipe(join(countries, { left: 'of', right: 'id', select: (city, country) => ({ id: city.id, n: country.n }) })),
    output: feed('              (Rpq.)-(rs.)-(xt.)-|'),
  }),
]
