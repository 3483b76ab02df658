import assert from 'node:assert/strict'
import mongoose from 'mongoose'
import { embeddedStore, type EmbeddedStore, type StoreTransaction } from '../../../src/server/embedded/index.js'
import { connected } from './connect.js'

describe('embeddedStore', () => {
  let db: mongoose.Mongoose
  let store: EmbeddedStore
  let items: mongoose.Collection
  beforeEach(async () => {
    db = await connected('embedded:?changeLog=100')
    store = embeddedStore(db.connection)!
    items = db.connection.collection('items')
  })
  afterEach(() => db.disconnect())

  it('is undefined for another connection', () => {
    assert.equal(embeddedStore(new mongoose.Mongoose().createConnection()), undefined)
  })

  it('reads at a position, filtered, sorted, windowed', async () => {
    await items.insertMany([{ n: 3 }, { n: 1 }, { n: 2 }])
    const { position, documents } = store.read('items', { n: { $gt: 1 } }, { sort: { n: 1 }, skip: 1, limit: 1 })
    assert.deepEqual([[...documents].map(({ n }) => n), position], [[3], store.position()])
    assert.deepEqual([...store.read('none', {}).documents], [])
  })

  it('tells each commit before the write returns, in order, once', async () => {
    const heard: StoreTransaction[] = []
    const stop = store.onCommit((transaction) => void heard.push(transaction))
    await items.insertOne({ _id: 1 as never, n: 1 })
    await items.updateOne({ n: 1 }, { $set: { n: 2 } })
    await items.updateOne({ n: 2 }, { $set: { n: 2 } })
    await items.deleteOne({ n: 2 })
    stop()
    await items.insertOne({ n: 9 })
    assert.deepEqual(
      heard.map(({ changes: [change] }) => [change!.operation, change!.collection, change!.id, change!.document?.n, change!.previous?.n]),
      [
        ['insert', 'items', 1, 1, undefined],
        ['update', 'items', 1, 2, 1],
        ['delete', 'items', 1, undefined, 2],
      ],
    )
  })

  it('delivers a write from inside a listener after the one that it hears', async () => {
    const heard: [string, unknown][] = []
    store.onCommit(({ changes }) => {
      if (changes[0]!.document!.n === 1) void items.insertOne({ n: 2 })
      heard.push(['first', changes[0]!.document!.n])
    })
    store.onCommit(({ changes }) => void heard.push(['second', changes[0]!.document!.n]))
    await items.insertOne({ n: 1 })
    assert.deepEqual(heard, [
      ['first', 1],
      ['second', 1],
      ['first', 2],
      ['second', 2],
    ])
  })

  it('changesSince gives whole transactions, and nothing when there is nothing', async () => {
    const start = store.position()
    await items.insertMany([{ n: 1 }, { n: 2 }])
    await items.insertOne({ n: 3 })
    const numbers = (limit?: number) => store.changesSince(start, limit)!.map(({ document }) => document!.n)
    assert.deepEqual(
      [numbers(), numbers(1), numbers(3)],
      [
        [1, 2, 3],
        [1, 2],
        [1, 2, 3],
      ],
    )
    assert.deepEqual(store.changesSince(store.position()), [])
  })

  it('changesSince is undefined for a trimmed or foreign position', async () => {
    const start = store.position()
    for (let n = 0; n < 150; n++) await items.insertOne({ n })
    assert.equal(store.changesSince(start), undefined)
    assert.equal(store.changesSince('elsewhere.a1'), undefined)
    assert.equal(store.changesSince(`${start.split('.')[0]}.b99`), undefined)
  })

  it('positions sort as the history runs', async () => {
    const positions = [store.position()]
    for (let n = 0; n < 50; n++) {
      await items.insertOne({ n })
      positions.push(store.position())
    }
    assert.deepEqual([...positions].sort(), positions)
  })

  it('keeps databases apart', async () => {
    const heard: unknown[] = []
    store.onCommit((transaction) => void heard.push(transaction))
    await db.connection.useDb('other').collection('items').insertOne({ n: 1 })
    assert.deepEqual([heard, [...store.read('items', {}).documents]], [[], []])
  })
})
