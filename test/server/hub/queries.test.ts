import assert from 'node:assert/strict'
import { QueryError } from '../../../src/errors.js'
import { Hub } from '../../../src/server/hub/hub.js'
import { Source } from '../../../src/streams/source.js'
import { noteModel } from '../notes.js'
import { openEmbedded } from '../embedded-connection.js'
import { FakeLink } from './fake-link.js'

type Note = { id: string; owner?: string }

describe('the queries of a hub', () => {
  it('leave nothing of one that the store refuses: who asks again is refused again', async () => {
    const source = new Source<Note>({ key: ({ id }) => id })
    const read = () => ({ owner: undefined }) as never
    const hub = new Hub().channel('notes', { source, rules: { read, fields: { readable: '*' } } })
    const connection = hub.connect(new FakeLink())
    connection.identify({ user: undefined })
    for (let sid = 1; sid < 3; sid++) assert.throws(() => connection.subscribe(sid, 'notes', {}, undefined), QueryError)
    assert.equal(hub.stats.queries, 0)
    await hub.close()
  })

  it('may have a base filter beyond what a client may send', async () => {
    const database = await openEmbedded()
    const model = noteModel(database)
    await model.create({ _id: 'a', title: 'mine', n: 1999 })
    const many = Array.from({ length: 2000 }, (_, n) => n)
    const hub = new Hub().channel('notes', { model, rules: { read: () => ({ n: { $in: many } }), fields: { readable: ['title'] } } })
    const link = new FakeLink()
    const connection = hub.connect(link)
    connection.identify({ user: undefined })
    connection.start(connection.subscribe(1, 'notes', {}, undefined))
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(link.heard()[0]![5], [['a', { title: 'mine' }]])
    await hub.close()
    await database.close()
  })
})
