import { Subject } from 'rxjs'
import { type FeedEvent, group, onEach, publishEvent, retractEvent, select } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Row {
  readonly id: string
  readonly of: string
}
const aX: Row = { id: 'a', of: 'X' }
const bX: Row = { id: 'b', of: 'X' }
const bY: Row = { id: 'b', of: 'Y' }

export const examples = [
  example({
    title:
      'A feed of groups, and in each the feed of its items; an item that moves is a retract here and a publish there, and an empty group ends',
    values: {
      ...{ a: add(aX), b: add(bX), c: set(bY, bX), d: del(aX), e: add(bY), f: del(bX) },
      ...{ X: publishEvent('X', 'X'), Y: publishEvent('Y', 'Y'), x: retractEvent('X', 'X') },
    },
    inputs: { rows: feed<Row>('(Rab.)-(c.)--(d.)-|') },
    apply: ({ rows }) => {
      const feeds: Record<string, Subject<FeedEvent<Row>>> = { X: new Subject(), Y: new Subject() }
      const groups = rows.pipe(
        group('of'),
        onEach({ publish: ({ key, feed }) => feed.subscribe(feeds[key]) }),
        select(({ key }) => key),
      )
      return { groups, ...feeds }
    },
    shown: "group('of')",
    output: {
      groups: feed('           (RX.)--(Y.)--(x.)-|'),
      X: feed('                (Rab.)-(f.)--(d.|)'),
      Y: feed('                -------(Re.)------|', '-------^'),
    },
    label: (value: Row | string) => (typeof value === 'string' ? value : value.id + value.of),
  }),
]
