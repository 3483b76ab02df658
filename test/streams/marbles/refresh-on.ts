import { asyncScheduler } from 'rxjs'
import { refreshOn, where } from '../../../src/streams/index.js'
import { add, del, example, feed, values } from './example.js'

interface Offer {
  readonly id: string
  readonly ends: number
}
const a9: Offer = { id: 'a', ends: 9 }
const b30: Offer = { id: 'b', ends: 30 }

/** Virtual, as the diagram. */
const now = (): number => asyncScheduler.now()

export const examples = [
  example({
    title: 'Reads the feed anew at each value and sends what is different by then',
    values: { a: add(a9), b: add(b30), x: del(a9), o: 'now' },
    inputs: {
      offers: feed<Offer>('  (Rab.)----------', '^---------!', '----------^'),
      again: values<string>('----------o-----'),
    },
    apply: ({ offers, again }) =>
      offers.pipe(
        where((offer) => offer.ends > now()),
        refreshOn(again),
      ),
    output: feed('           (Rab.)----(x.)--'),
  }),
]
