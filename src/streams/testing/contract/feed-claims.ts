import { DeniedError, MissingError, QueryError } from '../../../errors.js'
import type { Query } from '../../query.js'
import type { ContractNote } from './driver.js'
import { expectEqual, expectError, expectSame } from './expect.js'
import type { Claims } from './trial.js'

/** What a feed of a node sends, and how it ends. */
export const feedClaims: Claims = {
  'an empty feed is ready': async (trial) => {
    const feed = await trial.record(trial.notes().feed()).ready()
    expectEqual(feed.heard(), ['reset'])
    expectEqual(feed.commits, 1)
  },

  'a snapshot comes as publishes and one commit': async (trial) => {
    const writer = trial.notes()
    await writer.publish({ title: 'one' }, { id: 'a' })
    await writer.publish({ title: 'two' }, { id: 'b' })
    const feed = await trial.record(trial.notes().feed()).ready()
    expectEqual(feed.heard().sort(), ['publish a', 'publish b', 'reset'])
    expectEqual(feed.state, { a: { title: 'one' }, b: { title: 'two' } })
    expectEqual(feed.commits, 1)
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
    expectEqual(feed.heard(), ['publish a', 'change a', 'retract a', 'publish z'])
  },

  'a Date is a Date': async (trial) => {
    const at = new Date(1234567890123)
    await trial.notes().publish({ title: 'now', at }, { id: 'a' })
    const feed = await trial.record(trial.notes().feed()).ready()
    expectEqual(feed.state['a']?.at, at)
  },

  'a late subscriber sees what an early one sees': async (trial) => {
    const notes = trial.notes()
    const early = await trial.record(notes.feed()).ready()
    await notes.publish({ title: 'one' }, { id: 'a' })
    const late = trial.record(notes.feed())
    await late.ready()
    expectEqual(late.state, early.state)
    await notes.publish({ title: 'two' }, { id: 'b' })
    expectEqual(late.state, early.state)
  },

  'one subscriber leaving disturbs no other of the same query': async (trial) => {
    const notes = trial.notes()
    const first = await trial.record(notes.feed({ filter: { done: true } })).ready()
    const second = await trial.record(notes.feed({ filter: { done: true } })).ready()
    first.subscription.unsubscribe()
    await notes.publish({ title: 'one', done: true }, { id: 'a' })
    expectEqual(Object.keys(second.state), ['a'])
    expectEqual(first.state, {})
  },

  'a feed can be subscribed to again': async (trial) => {
    const notes = trial.notes()
    const feed = notes.feed()
    const first = await trial.record(feed).ready()
    first.subscription.unsubscribe()
    await notes.publish({ title: 'one' }, { id: 'a' })
    const second = await trial.record(feed).until((state) => 'a' in state)
    expectEqual(second.heard(), ['reset', 'publish a'])
  },

  'a query that is none is a QueryError of the feed': async (trial) => {
    const feed = trial.record(trial.notes().feed({ filter: { n: { $near: 1 } } } as Query<ContractNote>))
    const error = await feed.failure()
    expectError(error, QueryError, ({ path }) => path.includes('n'))
  },

  'a node that is not there is a MissingError of the feed': async (trial) => {
    const transport = trial.transport()
    const error = await trial.record(transport.node('nowhere').feed()).failure()
    expectError(error, MissingError)
    await trial.record(transport.node('notes').feed()).ready()
  },

  'a node that may not be read is a DeniedError of the feed': async (trial) => {
    const transport = trial.transport()
    const error = await trial.record(transport.node('sealed').feed()).failure()
    expectError(error, DeniedError)
    await trial.record(transport.node('notes').feed()).ready()
  },

  'a node is the same object for the same name': (trial) => {
    const transport = trial.transport()
    expectSame(transport.node('notes'), transport.node('notes'))
    return Promise.resolve()
  },
}
