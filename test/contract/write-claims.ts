import assert from 'node:assert/strict'
import { ArgumentError, ConflictError, ConnectionError, DeniedError, MissingError, ValidationError } from '../../src/errors.js'
import type { Note } from './driver.js'
import type { Claims } from './transport.js'

export const writeClaims: Claims = {
  'a write resolves when the local feed has it': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    const id = await notes.publish({ title: 'one' })
    assert.deepEqual(feed.state, { [id]: { title: 'one' } })
    await notes.patch(id, { n: 1 })
    assert.deepEqual(feed.state, { [id]: { title: 'one', n: 1 } })
    await notes.retract(id)
    assert.deepEqual(feed.state, {})
  },

  'one write is one commit': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    for (let n = 0; n < 5; n++) await notes.publish({ title: 'x', n }, { id: String(n) })
    await notes.patch('3', { done: true })
    assert.equal(feed.commits, 1 + 6)
  },

  'publish replaces what is there': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    await notes.publish({ title: 'one', n: 1 }, { id: 'a' })
    await notes.publish({ title: 'two' }, { id: 'a' })
    assert.deepEqual(feed.state, { a: { title: 'two' } })
    assert.deepEqual(feed.heard(), ['reset', 'publish a', 'change a'])
  },

  'patch sets and unsets fields': async (trial) => {
    const notes = trial.notes()
    await notes.publish({ title: 'one', n: 1, done: true }, { id: 'a' })
    await notes.patch('a', { title: 'two' }, { unset: ['n'] })
    assert.deepEqual(await notes.get('a'), { title: 'two', done: true })
  },

  'create refuses an id that is taken': async (trial) => {
    const notes = trial.notes()
    await notes.publish({ title: 'one' }, { id: 'a', create: true })
    await assert.rejects(notes.publish({ title: 'two' }, { id: 'a', create: true }), ConflictError)
    assert.deepEqual(await notes.get('a'), { title: 'one' })
  },

  'patch and retract of an id that is not there are MissingErrors': async (trial) => {
    const notes = trial.notes()
    await assert.rejects(notes.patch('nobody', { n: 1 }), MissingError)
    await assert.rejects(notes.retract('nobody'), MissingError)
  },

  'an item that is not valid is a ValidationError that names the field, and changes nothing': async (trial) => {
    const notes = trial.notes()
    const feed = await trial.record(notes.feed()).ready()
    await assert.rejects(notes.publish({ title: '' }, { id: 'a' }), (error) => error instanceof ValidationError && 'title' in error.fields)
    await notes.publish({ title: 'one' }, { id: 'a' })
    await assert.rejects(notes.patch('a', { title: '' }), ValidationError)
    assert.deepEqual(feed.state, { a: { title: 'one' } })
    assert.equal(feed.commits, 2)
  },

  'what no wire can carry is an ArgumentError': async (trial) => {
    const item = { title: 'one', tags: () => 'x' } as unknown as Note
    await assert.rejects(trial.notes().publish(item), ArgumentError)
  },

  'writes to a node that is not there, or denied, say so': async (trial) => {
    const transport = trial.transport()
    await assert.rejects(transport.node<Note>('nowhere').publish({ title: 'one' }), MissingError)
    await assert.rejects(transport.node<Note>('sealed').publish({ title: 'one' }), DeniedError)
    await transport.node<Note>('notes').publish({ title: 'one' })
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
    assert.deepEqual(await notes.get('a'), { title: 'two' })
  },

  'what is altered after the call is not written': async (trial) => {
    const notes = trial.notes()
    const item: Note = { title: 'one' }
    const write = notes.publish(item, { id: 'a' })
    item.title = 'two'
    await write
    assert.deepEqual(await notes.get('a'), { title: 'one' })
  },

  'get gives the item, or undefined': async (trial) => {
    const notes = trial.notes()
    await notes.publish({ title: 'one', at: new Date(0) }, { id: 'a' })
    assert.deepEqual(await notes.get('a'), { title: 'one', at: new Date(0) })
    assert.equal(await notes.get('b'), undefined)
  },

  'pages follow one another': async (trial) => {
    const notes = trial.notes()
    for (const id of ['c', 'a', 'd', 'b', 'e']) await notes.publish({ title: id }, { id })
    const first = await notes.page({ max: 2 })
    assert.deepEqual(first.items, [
      ['a', { title: 'a' }],
      ['b', { title: 'b' }],
    ])
    const second = await notes.page({ max: 2, after: first.last! })
    assert.deepEqual(
      second.items.map(([id]) => id),
      ['c', 'd'],
    )
    const back = await notes.page({ max: 2, before: second.last! })
    assert.deepEqual(
      back.items.map(([id]) => id),
      ['b', 'c'],
    )
    assert.deepEqual((await notes.page({ after: 'e' })).items, [])
    assert.deepEqual((await notes.page()).items.length, 5)
  },

  'after close nothing goes any more': async (trial) => {
    const transport = trial.transport()
    const notes = transport.node<Note>('notes')
    const feed = await trial.record(notes.feed()).ready()
    await transport.close()
    await feed.completion()
    await transport.close()
    await assert.rejects(notes.publish({ title: 'one' }), ConnectionError)
    await assert.rejects(notes.get('a'), ConnectionError)
    assert.ok((await trial.record(notes.feed()).failure()) instanceof ConnectionError)
    await trial.env.released?.()
  },
}
