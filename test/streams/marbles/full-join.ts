import { fullJoin, publishEvent, retractEvent } from '../../../src/streams/index.js'
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
const Y5: Country = { id: 'Y', n: 5 }
const row = (id?: string, n?: number) => ({ id, n })

export const examples = [
  example({
    title: 'Nobody is left out: rows for those that match, and for each that matches nothing',
    values: {
      ...{ a: add(aX), b: add(bX), X: add(X1), Y: add(Y5), c: set(bY, bX) },
      ...{
        p: publishEvent('["a",null]', row('a')),
        q: publishEvent('["b",null]', row('b')),
        y: publishEvent('[null,"Y"]', row(undefined, 5)),
      },
      ...{
        s: retractEvent('["b",null]', row('b')),
        t: publishEvent('["b","Y"]', row('b', 5)),
        z: retractEvent('[null,"Y"]', row(undefined, 5)),
      },
    },
    inputs: {
      cities: feed<City>('      (Rab.)-(c.)--|'),
      countries: feed<Country>('(RY.)--------|'),
    },
    apply: ({ cities, countries }) =>
      cities.pipe(fullJoin(countries, { left: 'of', right: 'id', select: (city, country) => ({ id: city?.id, n: country?.n }) })),
    output: feed('              (Rypq.)(stz.)|'),
  }),
]
