import { related } from '../../../src/streams/index.js'
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
interface Full extends Country {
  readonly children: readonly City[]
}

export const examples = [
  example({
    title: 'Each parent with its children; another key is another parent',
    values: {
      ...{ a: add(aX), b: add(bX), c: set(bY, bX), X: add(X1), Y: add(Y5) },
      ...{
        p: add({ ...X1, children: [aX] }),
        q: add({ ...Y5, children: [] }),
        r: set({ ...X1, children: [aX, bX] }, { ...X1, children: [aX] }),
      },
      ...{ s: set({ ...X1, children: [aX] }, { ...X1, children: [aX, bX] }), t: set({ ...Y5, children: [bY] }, { ...Y5, children: [] }) },
    },
    inputs: {
      countries: feed<Country>('(RXY.)--------------|'),
      cities: feed<City>('      (Ra.)--(b.)--(c.)---|'),
    },
    apply: ({ countries, cities }) => countries.pipe(related(cities, { right: 'of' })),
    output: feed('              (Rpq.)-(r.)--(st.)--|'),
    label: (value: City | Country | Full) =>
      'children' in value ? `${value.id}[${value.children.map(({ id }) => id).join(' ')}]` : 'of' in value ? value.id + value.of : value.id,
  }),
]
