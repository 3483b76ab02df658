import { ArgumentError, ConflictError, ConnectionError, DeniedError, MissingError, ValidationError } from '../../../errors.js'
import type { Page } from '../../node.js'
import type { ContractNote } from './driver.js'
import { expectEqual, expectError, expectRejection } from './expect.js'
import type { Claims } from './trial.js'

/** What writes do, when they resolve and how they fail; and reads beside feeds. */
export const writeClaims: Claims = {
  'a write resolves when the local feed has it': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    const id = await notes.publish({ title: 'one' })
    expectEqual(feed.state, { [id]: { title: 'one' } })
    await notes.patch(id, { n: 1 })
    expectEqual(feed.state, { [id]: { title: 'one', n: 1 } })
    await notes.retract(id)
    expectEqual(feed.state, {})
  },

  'one write is one commit': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    for (let n = 0; n < 5; n++) await notes.publish({ title: 'x', n }, { id: String(n) })
    await notes.patch('3', { done: true })
    expectEqual(feed.commits, 1 + 6)
  },

  'publish replaces what is there': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    await notes.publish({ title: 'one', n: 1 }, { id: 'a' })
    await notes.publish({ title: 'two' }, { id: 'a' })
    expectEqual(feed.state, { a: { title: 'two' } })
    expectEqual(feed.heard(), ['reset', 'publish a', 'change a'])
  },

  'patch sets and unsets fields': async (trial) => {
    const notes = trial.notes()
    await notes.publish({ title: 'one', n: 1, done: true }, { id: 'a' })
    await notes.patch('a', { title: 'two' }, { unset: ['n'] })
    expectEqual(await notes.get('a'), { title: 'two', done: true })
  },

  'create refuses an id that is taken': async (trial) => {
    const notes = trial.notes()
    await notes.publish({ title: 'one' }, { id: 'a', create: true })
    await expectRejection(notes.publish({ title: 'two' }, { id: 'a', create: true }), ConflictError)
    expectEqual(await notes.get('a'), { title: 'one' })
  },

  'patch and retract of an id that is not there are MissingErrors': async (trial) => {
    const notes = trial.notes()
    await expectRejection(notes.patch('nobody', { n: 1 }), MissingError)
    await expectRejection(notes.retract('nobody'), MissingError)
  },

  'an item that is not valid is a ValidationError that names the field, and changes nothing': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    await expectRejection(notes.publish({ title: '' }, { id: 'a' }), ValidationError, ({ fields }) => 'title' in fields)
    await notes.publish({ title: 'one' }, { id: 'a' })
    await expectRejection(notes.patch('a', { title: '' }), ValidationError)
    expectEqual(feed.state, { a: { title: 'one' } })
    expectEqual(feed.commits, 2)
  },

  'what no wire can carry is an ArgumentError': async (trial) => {
    const item = { title: 'one', tags: () => 'x' } as unknown as ContractNote
    await expectRejection(trial.notes().publish(item), ArgumentError)
  },

  'writes to a node that is not there, or denied, say so': async (trial) => {
    const transport = trial.transport()
    await expectRejection(transport.node<ContractNote>('nowhere').publish({ title: 'one' }), MissingError)
    await expectRejection(transport.node<ContractNote>('sealed').publish({ title: 'one' }), DeniedError)
    await transport.node<ContractNote>('notes').publish({ title: 'one' })
  },

  'writes without waiting are carried out in order': async (trial) => {
    const notes = trial.notes()
    const writes = [
      notes.publish({ title: 'one' }, { id: 'a' }),
      notes.patch('a', { n: 1 }),
      notes.patch('a', { n: 2 }),
      notes.retract('a'),
    ]
    await Promise.all([...writes, notes.publish({ title: 'two' }, { id: 'a', create: true })])
    expectEqual(await notes.get('a'), { title: 'two' })
  },

  'what is altered after the call is not written': async (trial) => {
    const notes = trial.notes()
    const item: ContractNote = { title: 'one' }
    const write = notes.publish(item, { id: 'a' })
    item.title = 'two'
    await write
    expectEqual(await notes.get('a'), { title: 'one' })
  },

  'get gives the item, or undefined': async (trial) => {
    const notes = trial.notes()
    await notes.publish({ title: 'one', at: new Date(0) }, { id: 'a' })
    expectEqual(await notes.get('a'), { title: 'one', at: new Date(0) })
    expectEqual(await notes.get('b'), undefined)
  },

  'pages follow one another': async (trial) => {
    const notes = trial.notes()
    const ids = ['c', 'a', 'd', 'b', 'e']
    for (const id of ids) await notes.publish({ title: id }, { id })
    const [one, two, three, four, five] = trial.pageOrder === 'keys' ? [...ids].sort() : ids
    const first = await notes.page({ max: 2 })
    expectEqual(first.items, [
      [one, { title: one }],
      [two, { title: two }],
    ])
    const second = await notes.page({ max: 2, after: first.last! })
    expectEqual(idsOf(second), [three, four])
    const back = await notes.page({ max: 2, before: second.last! })
    expectEqual(idsOf(back), [two, three])
    const last = await notes.page({ after: second.last! })
    expectEqual(idsOf(last), [five])
    expectEqual((await notes.page({ after: last.last! })).items, [])
    expectEqual((await notes.page()).items.length, 5)
  },

  'after close nothing goes any more': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<ContractNote>('notes')
    const feed = await trial.record(notes.feed()).ready()
    await transport.close()
    await feed.completion()
    await transport.close()
    await expectRejection(notes.publish({ title: 'one' }), ConnectionError)
    await expectRejection(notes.get('a'), ConnectionError)
    expectError(await trial.record(notes.feed()).failure(), ConnectionError)
    await trial.server.released?.()
  },
}

function idsOf({ items }: Page<ContractNote>): string[] {
  return items.map(([id]) => id)
}
