import assert from 'node:assert/strict'
import { DeniedError, MissingError, QueryError } from '../../src/errors.js'
import { compileFilter, compileSort, type Query } from '../../src/streams/query.js'
import type { Note } from './driver.js'
import type { Claims } from './transport.js'

const fruit: Record<string, Note> = {
  a: { title: 'apple', n: 3, tags: ['red', 'green'] },
  b: { title: 'banana', n: 1, done: true },
  c: { title: 'cherry', n: 2, at: new Date(1e12) },
  d: { title: 'date', n: 2 },
  e: { title: 'elderberry', n: 5, done: true },
}

const queries: Record<string, Query<Note>> = {
  everything: {},
  'a filter': { filter: { done: true } },
  'a filter by range': { filter: { n: { $gte: 2, $lt: 5 } } },
  'a filter by date': { filter: { at: new Date(1e12) } },
  'a filter on an array': { filter: { tags: 'red' } },
  'a window': { sort: { n: -1 }, skip: 1, limit: 2 },
  'a window of a filter': { filter: { n: { $lte: 3 } }, sort: { n: 1, title: -1 }, limit: 2 },
  fields: { fields: ['title'] },
}

export const feedClaims: Claims = {
  'an empty feed is ready': async (trial) => {
    const feed = await trial.record(trial.notes().feed()).ready()
    assert.deepEqual(feed.heard(), ['reset'])
    assert.equal(feed.commits, 1)
  },

  'a snapshot comes as publishes and one commit': async (trial) => {
    const writer = trial.notes()
    await writer.publish({ title: 'one' }, { id: 'a' })
    await writer.publish({ title: 'two' }, { id: 'b' })
    const feed = await trial.record(trial.notes().feed()).ready()
    assert.deepEqual(feed.heard().sort(), ['publish a', 'publish b', 'reset'])
    assert.deepEqual(feed.state, { a: { title: 'one' }, b: { title: 'two' } })
    assert.equal(feed.commits, 1)
  },

  'what another client writes arrives as events': async (trial) => {
    const feed = await trial.record(trial.notes().feed()).ready()
    feed.heard()
    const writer = trial.notes()
    await writer.publish({ title: 'one' }, { id: 'a' })
    await writer.patch('a', { n: 1 })
    await writer.retract('a')
    await writer.publish({ title: 'end' }, { id: 'z' })
    await feed.until((state) => 'z' in state)
    assert.deepEqual(feed.heard(), ['publish a', 'change a', 'retract a', 'publish z'])
  },

  'a Date is a Date': async (trial) => {
    const at = new Date(1234567890123)
    await trial.notes().publish({ title: 'now', at }, { id: 'a' })
    const feed = await trial.record(trial.notes().feed()).ready()
    assert.deepEqual(feed.state['a']?.at, at)
  },

  ...Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [
      `${name}: the same as selecting from everything, at first and live`,
      async (trial) => {
        const writer = trial.notes()
        for (const id of ['a', 'b', 'c']) await writer.publish(fruit[id]!, { id })
        const all = await trial.record(writer.feed()).ready()
        const feed = await trial.record(trial.notes().feed(query)).ready()
        assert.deepEqual(feed.state, selected(all.state, query))
        for (const id of ['d', 'e']) await writer.publish(fruit[id]!, { id })
        await writer.patch('a', { n: 2.5, done: true })
        await writer.retract('b')
        await writer.patch('c', { n: 0 })
        await feed.until((state) => same(state, selected(all.state, query)))
      },
    ]),
  ),

  'a late subscriber sees what an early one sees': async (trial) => {
    const notes = trial.notes()
    const early = await trial.record(notes.feed()).ready()
    await notes.publish({ title: 'one' }, { id: 'a' })
    const late = trial.record(notes.feed())
    await late.ready()
    assert.deepEqual(late.state, early.state)
    await notes.publish({ title: 'two' }, { id: 'b' })
    assert.deepEqual(late.state, early.state)
  },

  'one subscriber leaving disturbs no other of the same query': async (trial) => {
    const notes = trial.notes()
    const first = await trial.record(notes.feed({ filter: { done: true } })).ready()
    const second = await trial.record(notes.feed({ filter: { done: true } })).ready()
    first.subscription.unsubscribe()
    await notes.publish({ title: 'one', done: true }, { id: 'a' })
    assert.deepEqual(Object.keys(second.state), ['a'])
    assert.deepEqual(first.state, {})
  },

  'a feed can be subscribed to again': async (trial) => {
    const notes = trial.notes()
    const feed = notes.feed()
    const first = await trial.record(feed).ready()
    first.subscription.unsubscribe()
    await notes.publish({ title: 'one' }, { id: 'a' })
    const second = await trial.record(feed).until((state) => 'a' in state)
    assert.deepEqual(second.heard(), ['reset', 'publish a'])
  },

  'a query that is none is a QueryError of the feed': async (trial) => {
    const feed = trial.record(trial.notes().feed({ filter: { n: { $near: 1 } } } as Query<Note>))
    const error = await feed.failure()
    assert.ok(error instanceof QueryError, String(error))
    assert.match(error.path, /n/)
  },

  'a node that is not there is a MissingError of the feed': async (trial) => {
    const transport = trial.transport()
    const error = await trial.record(transport.node('nowhere').feed()).failure()
    assert.ok(error instanceof MissingError, String(error))
    await trial.record(transport.node('notes').feed()).ready()
  },

  'a node that may not be read is a DeniedError of the feed': async (trial) => {
    const transport = trial.transport()
    const error = await trial.record(transport.node('sealed').feed()).failure()
    assert.ok(error instanceof DeniedError, String(error))
    await trial.record(transport.node('notes').feed()).ready()
  },

  'a node is the same object for the same name': async (trial) => {
    const transport = trial.transport()
    assert.equal(transport.node('notes'), transport.node('notes'))
  },
}

function selected(
  items: Readonly<Record<string, Note>>,
  { filter = {}, sort, skip = 0, limit = Infinity, fields }: Query<Note>,
): Record<string, Note> {
  const matches = compileFilter<Note>(filter)
  const rows = Object.entries(items).filter(([, item]) => matches(item))
  rows.sort(([a], [b]) => (a < b ? -1 : 1))
  if (sort !== undefined) {
    const order = compileSort<Note>(sort)
    rows.sort(([, a], [, b]) => order(a, b))
  }
  const window = rows.slice(skip, skip + limit)
  return Object.fromEntries(window.map(([id, item]) => [id, fields === undefined ? item : pick(item, fields)]))
}

function pick(item: Note, fields: readonly string[]): Note {
  return Object.fromEntries(Object.entries(item).filter(([field]) => fields.includes(field))) as unknown as Note
}

function same(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b)
    return true
  } catch {
    return false
  }
}
