import assert from 'node:assert/strict'
import { Hub } from '../../../src/server/hub/hub.js'
import { Source } from '../../../src/streams/source.js'
import { FakeLink } from './fake-link.js'

interface Row {
  id: string
  n: number
  pad?: string
}

const open = { read: () => true, fields: { readable: '*' }, filterable: '*', operators: '*', sortable: '*' } as const

/** A client of one source with the given queries, under the numbers 1, 2, …; its network takes 100 bytes at a time. */
function client(...queries: object[]) {
  const source = new Source<Row>({ key: ({ id }) => id })
  const hub = new Hub({ limits: { buffered: 100 } }).channel('rows', { source, rules: open })
  const flush = (): void => (hub as unknown as { queries: { flush(): void } }).queries.flush()
  const link = new FakeLink()
  const connection = hub.connect(link)
  connection.identify({ user: undefined })
  queries.forEach((query, index) => connection.start(connection.subscribe(index + 1, 'rows', query, undefined)))
  flush()
  link.heard()
  const clog = (): void => {
    link.stuck = true
    source.publish({ id: 'clog', n: -1, pad: 'x'.repeat(200) })
    flush()
    link.heard()
  }
  return { source, hub, link, flush, clog }
}

describe('what a slow connection gets when it is ready again', () => {
  const manyTurns = (source: Source<Row>, flush: () => void): void => {
    for (let n = 0; n < 1500; n++) {
      source.publish({ id: `r${n}`, n })
      flush()
      if (n % 2 === 0) source.retract(`r${n}`)
      flush()
    }
    source.edit((tx) => {
      for (let n = 1; n < 1500; n += 2) if (n !== 1499) tx.retract(`r${n}`)
    })
    flush()
  }

  it('is one turn, also where a query is sent anew and another only by its differences', () => {
    const { source, link, flush, clog } = client({}, { filter: { n: 1499 } })
    clog()
    manyTurns(source, flush)
    link.drain()
    const lines = link.heard().map(([method]) => method)
    assert.deepEqual(lines, ['snap', 'put', 'mark'])
  })

  it('never marks a position of which one of its queries lacks something', () => {
    const { source, link, flush, clog } = client({}, { filter: { n: { $gte: 0 } } })
    clog()
    manyTurns(source, flush)
    // What is sent now clogs the network at once.
    const drain = link.drain.bind(link)
    const send = link.send.bind(link)
    link.send = (frame) => {
      link.stuck = true
      send(frame)
    }
    drain()
    source.publish({ id: 'late', n: 3 })
    flush()
    drain()
    const states = new Map<number, Set<string>>()
    const sids = new Map<number, number>()
    for (const [method, ...args] of link.heard()) {
      if (method === 'snap') {
        sids.set(args[1], args[0])
        states.set(args[0], new Set(args[4].map(([id]: [string]) => id)))
      } else if (method === 'put') {
        for (const [id] of args[1]) states.get(sids.get(args[0])!)?.add(id)
      } else if (method === 'mark') assert.equal(states.size, 2, 'a mark came while a query was behind')
    }
    assert.deepEqual([...states.get(2)!].sort(), ['late', 'r1499'])
  })
})
