import { antiJoin } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

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

export const examples = [
  example({
    title: 'The items that match nothing',
    values: { a: add(aX), b: add(bX), X: add(X1), Y: add(Y5), c: set(bY, bX), x: del(aX), y: del(Y5) },
    inputs: {
      countries: feed<Country>('(RXY.)---------------|'),
      cities: feed<City>('      (Ra.)-(b.)-(c.)-(x.)-|'),
    },
    apply: ({ countries, cities }) => countries.pipe(antiJoin(cities, { left: 'id', right: 'of' })),
    output: feed('              (RY.)------(y.)-(X.)-|'),
  }),
]
