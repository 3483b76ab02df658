import type { Feed } from '../../event.js'
import type { Known } from '../../node.js'
import { knownOf } from '../../transports/known-of.js'
import type { ContractNote } from './driver.js'
import { expectEqual, expectThat } from './expect.js'
import type { Claims } from './trial.js'

/** Who comes back with what it knew hears only what it missed. */
export const resumeClaims: Claims = {
  'a new client resumes from what an old one knew, without reset': async (trial) => {
    const writer = trial.notes({ steady: true })
    for (const id of ['a', 'b', 'c']) await writer.publish({ title: id }, { id })
    const transport = trial.transport()
    const feed = transport.node<ContractNote>('notes').feed()
    const recorder = await trial.record(feed).until((state) => 'c' in state)
    const saved = savedOf(feed)
    expectEqual(Object.fromEntries(saved.items), recorder.state)
    await transport.close()
    await writer.retract('a')
    await writer.patch('b', { n: 1 })
    const resumed = trial.record(trial.notes().feed({}, { known: saved }), { known: saved.items })
    await resumed.until((state) => !('a' in state) && state['b']?.n === 1)
    expectEqual(resumed.heard().sort(), ['change b', 'retract a'])
  },

  'who resumes when nothing has changed is ready without an event': async (trial) => {
    await trial.notes().publish({ title: 'one' }, { id: 'a' })
    const transport = trial.transport()
    const feed = transport.node<ContractNote>('notes').feed()
    await trial.record(feed).until((state) => 'a' in state)
    const saved = savedOf(feed)
    const resumed = await trial.record(trial.notes().feed({}, { known: saved }), { known: saved.items }).ready()
    expectEqual(resumed.heard(), [])
  },

  'who resumes from nonsense gets the difference': async (trial) => {
    await trial.notes().publish({ title: 'one' }, { id: 'a' })
    const known = { cursor: { nowhere: 'a1' }, queryHash: 'nonsense', items: [['x', { title: 'gone' }] as const] }
    const resumed = await trial.record(trial.notes().feed({}, { known }), { known: known.items }).until((state) => 'a' in state)
    expectEqual(resumed.heard().sort(), ['publish a', 'retract x'])
  },
}

/** What `feed` knows, as it would be kept in a file. */
function savedOf(feed: Feed<ContractNote>): Known<ContractNote> & { readonly items: (readonly [string, ContractNote])[] } {
  const known = knownOf(feed)
  expectThat(known !== undefined, 'the feed says what it knows')
  return { cursor: known.cursor, queryHash: known.queryHash, items: [...known.items] }
}
