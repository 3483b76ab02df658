import assert from 'node:assert/strict'
import { throwError } from 'rxjs'
import { OperatorError, QueryError, StoreError } from '../../../src/errors.js'
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

  it('send the other items where one can be carried by no wire, and report that one once', async () => {
    const reported: unknown[] = []
    const source = new Source<Note & { made?: object }>({ key: ({ id }) => id })
    const rules = { read: () => true, fields: { readable: '*' } } as const
    const hub = new Hub({ onError: (error) => reported.push(error) }).channel('notes', { source, rules })
    const link = new FakeLink()
    const connection = hub.connect(link)
    connection.identify({ user: undefined })
    connection.start(connection.subscribe(1, 'notes', {}, undefined))
    await new Promise((resolve) => setImmediate(resolve))
    link.heard()
    const bad = Object.fromEntries([['constructor', 1]])
    source.edit((tx) => ['a', 'bad', 'c'].forEach((id) => tx.publish(id === 'bad' ? { id, made: bad } : { id })))
    await new Promise((resolve) => setImmediate(resolve))
    connection.start(connection.subscribe(2, 'notes', {}, undefined))
    const lines = link.heard()
    assert.deepEqual(lines[0]!.slice(2), [[['a', { id: 'a' }], ['c', { id: 'c' }]], ['bad']]) // prettier-ignore
    assert.deepEqual(lines[2]![5], [['a', { id: 'a' }], ['c', { id: 'c' }]]) // prettier-ignore
    assert.match(String(reported), /^ArgumentError: the item "bad" of notes can't be sent/)
    await hub.close()
  })

  const affairs: [string, Error, object][] = [
    ['its store', new StoreError('no space in /srv/secret'), { code: 'store', message: "the server's store failed; its log knows more" }],
    ['its operators', new OperatorError('where', 'hidden-id', new Error('secret')), { code: 'internal' }],
    ['itself', new TypeError('secret'), { code: 'internal' }],
  ]
  for (const [whose, failure, told] of affairs) {
    it(`tell the server's log, and not clients, the affairs of ${whose}`, async () => {
      const reported: unknown[] = []
      const feed = throwError(() => failure)
      const hub = new Hub({ onError: (error) => reported.push(error) })
      hub.channel('notes', { feed: feed, rules: { read: () => true, fields: { readable: '*' } } })
      const link = new FakeLink()
      const connection = hub.connect(link)
      connection.identify({ user: undefined })
      connection.start(connection.subscribe(1, 'notes', {}, undefined))
      await new Promise((resolve) => setImmediate(resolve))
      const [gone] = link.heard()
      assert.deepEqual({ ...gone![2], ...told }, gone![2])
      assert.doesNotMatch(JSON.stringify(gone), /secret|hidden/)
      assert.deepEqual(reported, [failure])
      await hub.close()
    })
  }

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
