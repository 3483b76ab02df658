import { of } from 'rxjs'
import { where } from '../../../src/streams/index.js'
import { feedMarbles, marble } from '../../../src/streams/testing/index.js'

interface Row {
  readonly id: string
  readonly n: number
}
const a1: Row = { id: 'a', n: 1 }
const a2: Row = { id: 'a', n: 2 }

describe('where', () => {
  const values = {
    a: marble.add(a1),
    b: marble.add({ id: 'b', n: 2 }),
    c: marble.set(a2, a1),
    d: marble.set(a1, a2),
    x: marble.del(a1),
    y: marble.add(a1),
  }

  it(
    'passes what passes and swallows empty commits',
    feedMarbles(({ feed, expectFeed }) => {
      const source = feed<Row>('               (Rab.)--(x.)--(.)-|', values)
      expectFeed(source.pipe(where({ n: 1 })), '(Ra.)---(x.)------|', values)
    }),
  )

  it(
    'lets a changed item leave and enter',
    feedMarbles(({ feed, expectFeed }) => {
      const source = feed<Row>('                             (Ra.)-(c.)-(d.)', values)
      expectFeed(source.pipe(where((row) => row.n === 1)), '(Ra.)-(x.)-(y.)', values)
    }),
  )

  it(
    'waits for the first of changing conditions',
    feedMarbles(({ feed, expectFeed, context }) => {
      const conditions = context.cold('             ---p-----q---', { p: { n: 1 }, q: { n: 2 } })
      const source = feed<Row>('                    (Rab.)       ', values)
      expectFeed(source.pipe(where<Row>(conditions)), '---(Ra.)-(xb.)-', values)
    }),
  )

  it(
    'ends with the error of its feed',
    feedMarbles(({ feed, expectFeed }) => {
      expectFeed(feed<Row>('(Ra.)-#', values).pipe(where(of({ n: 1 }))), '(Ra.)-#', values)
    }),
  )
})
