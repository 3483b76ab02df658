import { filter, firstValueFrom } from 'rxjs'
import { ConflictError, ConnectionError } from '../../../errors.js'
import type { Transport, TransportStatus } from '../../node.js'
import type { ContractNote } from './driver.js'
import { expectEqual, expectRejection, expectSame } from './expect.js'
import type { Claims } from './trial.js'

const state = (transport: Transport, name: TransportStatus['state']) =>
  firstValueFrom(transport.status$.pipe(filter((status) => status.state === name)))

/** What an outage leaves as it is, and what is made up for after it. */
export const outageClaims: Claims = {
  'the status tells of it': async (trial) => {
    const transport = trial.transport()
    const heard: string[] = []
    transport.status$.subscribe((status) => heard.push(status.state))
    await state(transport, 'online')
    const end = await trial.server.outage()
    await state(transport, 'offline')
    await end()
    await state(transport, 'online')
    await transport.close()
    expectEqual(heard.at(-1), 'closed')
  },

  'feeds keep their state, then hear only what they missed': async (trial) => {
    const transport = trial.transport()
    const writer = trial.notes({ steady: true })
    for (const id of ['a', 'b', 'c']) await writer.publish({ title: id, at: new Date(0) }, { id })
    const feed = await trial.record(transport.node<ContractNote>('notes').feed()).until((state) => 'c' in state)
    const idle = await trial.record(transport.node<ContractNote>('notes').feed({ filter: { n: 7 } })).ready()
    feed.heard()
    idle.heard()
    const before = feed.state
    const end = await trial.server.outage()
    await state(transport, 'offline')
    await writer.retract('a')
    await writer.patch('b', { n: 1 })
    await writer.publish({ title: 'd' }, { id: 'd' })
    expectEqual(feed.state, before)
    await end()
    await feed.until((state) => 'd' in state)
    expectEqual(feed.heard().sort(), ['change b', 'publish d', 'retract a'])
    expectSame(feed.state['c'], before['c'])
    expectEqual(idle.heard(), [])
  },

  'an outage in which nothing happens is not heard of': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<ContractNote>('notes')
    await notes.publish({ title: 'one' }, { id: 'a' })
    const feed = await trial.record(notes.feed()).until((state) => 'a' in state)
    feed.heard()
    const end = await trial.server.outage()
    await state(transport, 'offline')
    await end()
    await notes.publish({ title: 'two' }, { id: 'b' })
    await feed.until((state) => 'b' in state)
    expectEqual(feed.heard(), ['publish b'])
  },

  'who subscribes while it lasts gets the last known state': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<ContractNote>('notes')
    await notes.publish({ title: 'one' }, { id: 'a' })
    await trial.record(notes.feed()).until((state) => 'a' in state)
    const end = await trial.server.outage()
    await state(transport, 'offline')
    const late = await trial.record(notes.feed()).ready()
    expectEqual(Object.keys(late.state), ['a'])
    const fresh = trial.record(notes.feed({ filter: { title: 'one' } }))
    expectEqual(fresh.events, [])
    await end()
    await fresh.until((state) => 'a' in state)
  },

  'writes wait and are carried out once, in order': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<ContractNote>('notes')
    const observer = await trial.record(trial.notes({ steady: true }).feed()).ready()
    await notes.publish({ title: 'zero' }, { id: 'z' })
    const end = await trial.server.outage()
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
    expectEqual(await notes.get('a'), { title: 'one', n: 2 })
    expectEqual(
      observer.heard().filter((event) => event.startsWith('publish')),
      ['publish a', 'publish b'],
    )
  },

  'a write that is refused afterwards rejects and holds up no other': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<ContractNote>('notes')
    await notes.publish({ title: 'one' }, { id: 'a' })
    const end = await trial.server.outage()
    await state(transport, 'offline')
    const refused = expectRejection(notes.publish({ title: 'two' }, { id: 'a', create: true }), ConflictError)
    const accepted = notes.publish({ title: 'three' }, { id: 'c' })
    await end()
    await Promise.all([refused, accepted])
  },

  'reads reject while it lasts': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<ContractNote>('notes')
    await state(transport, 'online')
    const end = await trial.server.outage()
    await state(transport, 'offline')
    await expectRejection(notes.get('a'), ConnectionError)
    await end()
  },

  'close gives back the writes that waited': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<ContractNote>('notes')
    await state(transport, 'online')
    const end = await trial.server.outage()
    await state(transport, 'offline')
    const given = expectRejection(notes.publish({ title: 'one' }, { id: 'a' }), ConnectionError, ({ outcomeUnknown }) => !outcomeUnknown)
    await transport.close()
    await given
    await end()
    expectEqual(await trial.notes().get('a'), undefined)
  },
}
