import { selectEach } from '../../../src/streams/index.js'
import { add, del, example, feed, set, values } from './example.js'

interface Stock {
  readonly id: string
}
const a: Stock = { id: 'a' }
const b: Stock = { id: 'b' }
const price = (id: string, n: number) => ({ id, n })
const [a5, a6, b2] = [price('a', 5), price('a', 6), price('b', 2)]

export const examples = [
  example({
    title: 'Each item as the newest value of its Observable; until it gives one the item has no row',
    values: { a: add(a), b: add(b), x: del(a), 5: a5, 6: a6, 2: b2, p: add(a5), q: add(b2), r: set(a6, a5), y: del(a6) },
    inputs: {
      stocks: feed<Stock>('        (Rab.)--------------(x.)-|'),
      priceOfA: values<typeof a5>('5---------6----', '^-------------------!'),
      priceOfB: values<typeof a5>('------2----|'),
    },
    apply: ({ stocks, priceOfA, priceOfB }) => stocks.pipe(selectEach(({ id }) => (id === 'a' ? priceOfA : priceOfB))),
    output: feed('                 (R.p.)(q.)(r.)------(y.)-|'),
  }),
]
