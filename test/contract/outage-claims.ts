import assert from 'node:assert/strict'
import { filter, firstValueFrom } from 'rxjs'
import { ConflictError, ConnectionError } from '../../src/errors.js'
import type { Transport, TransportStatus } from '../../src/streams/node.js'
import { knownOf } from '../../src/streams/transports/known-of.js'
import type { Note } from './driver.js'
import type { Claims } from './transport.js'

const state = (transport: Transport, name: TransportStatus['state']) =>
  firstValueFrom(transport.status$.pipe(filter((status) => status.state === name)))

export const outageClaims: Claims = {
  'the status tells of it': async (trial) => {
    const transport = trial.transport()
    const heard: string[] = []
    transport.status$.subscribe((status) => heard.push(status.state))
    await state(transport, 'online')
    const end = await trial.env.outage()
    await state(transport, 'offline')
    await end()
    await state(transport, 'online')
    await transport.close()
    assert.equal(heard.at(-1), 'closed')
  },

  'feeds keep their state, then hear only what they missed': async (trial) => {
    const transport = trial.transport()
    const writer = trial.notes({ steady: true })
    for (const id of ['a', 'b', 'c']) await writer.publish({ title: id, at: new Date(0) }, { id })
    const feed = await trial.record(transport.node<Note>('notes').feed()).until((state) => 'c' in state)
    const idle = await trial.record(transport.node<Note>('notes').feed({ filter: { n: 7 } })).ready()
    feed.heard()
    idle.heard()
    const before = feed.state
    const end = await trial.env.outage()
    await state(transport, 'offline')
    await writer.retract('a')
    await writer.patch('b', { n: 1 })
    await writer.publish({ title: 'd' }, { id: 'd' })
    assert.deepEqual(feed.state, before)
    await end()
    await feed.until((state) => 'd' in state)
    assert.deepEqual(feed.heard().sort(), ['change b', 'publish d', 'retract a'])
    assert.equal(feed.state['c'], before['c'])
    assert.deepEqual(idle.heard(), [])
  },

  'an outage in which nothing happens is not heard of': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<Note>('notes')
    await notes.publish({ title: 'one' }, { id: 'a' })
    const feed = await trial.record(notes.feed()).until((state) => 'a' in state)
    feed.heard()
    const end = await trial.env.outage()
    await state(transport, 'offline')
    await end()
    await notes.publish({ title: 'two' }, { id: 'b' })
    await feed.until((state) => 'b' in state)
    assert.deepEqual(feed.heard(), ['publish b'])
  },

  'who subscribes while it lasts gets the last known state': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<Note>('notes')
    await notes.publish({ title: 'one' }, { id: 'a' })
    await trial.record(notes.feed()).until((state) => 'a' in state)
    const end = await trial.env.outage()
    await state(transport, 'offline')
    const late = await trial.record(notes.feed()).ready()
    assert.deepEqual(Object.keys(late.state), ['a'])
    const fresh = trial.record(notes.feed({ filter: { title: 'one' } }))
    assert.deepEqual(fresh.events, [])
    await end()
    await fresh.until((state) => 'a' in state)
  },

  'writes wait and are carried out once, in order': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<Note>('notes')
    const observer = await trial.record(trial.notes({ steady: true }).feed()).ready()
    await notes.publish({ title: 'zero' }, { id: 'z' })
    const end = await trial.env.outage()
    await state(transport, 'offline')
    const writes = [
      notes.publish({ title: 'one' }, { id: 'a', create: true }),
      notes.patch('a', { n: 1 }),
      notes.patch('a', { n: 2 }),
      notes.publish({ title: 'two' }, { id: 'b', create: true }),
    ]
    await observer.until((state) => 'z' in state)
    observer.heard()
    await end()
    await Promise.all(writes)
    await observer.until((state) => 'b' in state && state['a']?.n === 2)
    assert.deepEqual(await notes.get('a'), { title: 'one', n: 2 })
    assert.deepEqual(
      observer.heard().filter((event) => event.startsWith('publish')),
      ['publish a', 'publish b'],
    )
  },

  'a write that is refused afterwards rejects and holds up no other': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<Note>('notes')
    await notes.publish({ title: 'one' }, { id: 'a' })
    const end = await trial.env.outage()
    await state(transport, 'offline')
    const refused = assert.rejects(notes.publish({ title: 'two' }, { id: 'a', create: true }), ConflictError)
    const accepted = notes.publish({ title: 'three' }, { id: 'c' })
    await end()
    await Promise.all([refused, accepted])
  },

  'reads reject while it lasts': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<Note>('notes')
    await state(transport, 'online')
    const end = await trial.env.outage()
    await state(transport, 'offline')
    await assert.rejects(notes.get('a'), ConnectionError)
    await end()
  },

  'close gives back the writes that waited': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<Note>('notes')
    await state(transport, 'online')
    const end = await trial.env.outage()
    await state(transport, 'offline')
    const given = assert.rejects(
      notes.publish({ title: 'one' }, { id: 'a' }),
      (error) => error instanceof ConnectionError && !error.outcomeUnknown,
    )
    await transport.close()
    await given
    await end()
    assert.equal(await trial.notes().get('a'), undefined)
  },

  'a new client resumes from what an old one knew, without reset': async (trial) => {
    const writer = trial.notes({ steady: true })
    for (const id of ['a', 'b', 'c']) await writer.publish({ title: id }, { id })
    const transport = trial.transport()
    const feed = transport.node<Note>('notes').feed()
    const recorder = await trial.record(feed).until((state) => 'c' in state)
    const known = knownOf(feed)
    assert.ok(known)
    const saved = { cursor: known.cursor, queryHash: known.queryHash, items: [...known.items] }
    assert.deepEqual(Object.fromEntries(saved.items), recorder.state)
    await transport.close()
    await writer.retract('a')
    await writer.patch('b', { n: 1 })
    const resumed = trial.record(trial.notes().feed({}, { known: saved }), { known: saved.items })
    await resumed.until((state) => !('a' in state) && state['b']?.n === 1)
    assert.deepEqual(resumed.heard().sort(), ['change b', 'retract a'])
  },

  'who resumes when nothing has changed is ready without an event': async (trial) => {
    await trial.notes().publish({ title: 'one' }, { id: 'a' })
    const transport = trial.transport()
    const feed = transport.node<Note>('notes').feed()
    await trial.record(feed).until((state) => 'a' in state)
    const known = knownOf(feed)!
    const saved = { cursor: known.cursor, queryHash: known.queryHash, items: [...known.items] }
    const resumed = await trial.record(trial.notes().feed({}, { known: saved }), { known: saved.items }).ready()
    assert.deepEqual(resumed.heard(), [])
  },

  'who resumes from nonsense gets the difference': async (trial) => {
    await trial.notes().publish({ title: 'one' }, { id: 'a' })
    const known = { cursor: { nowhere: 'a1' }, queryHash: 'nonsense', items: [['x', { title: 'gone' }] as const] }
    const resumed = await trial.record(trial.notes().feed({}, { known }), { known: known.items }).until((state) => 'a' in state)
    assert.deepEqual(resumed.heard().sort(), ['publish a', 'retract x'])
  },
}
