import assert from 'node:assert/strict'
import { once } from 'node:events'
import type mongoose from 'mongoose'
import { connected, rejection, withFolder } from './connect.js'

type Event = Record<string, unknown> & {
  _id: unknown
  operationType: string
  fullDocument?: { n?: number }
  documentKey?: { _id: unknown }
}
interface Stream extends AsyncIterable<Event> {
  next(): Promise<Event>
  tryNext(): Promise<Event | null>
  close(): Promise<void>
  readonly resumeToken: unknown
}

const watch = (db: mongoose.Mongoose, pipeline: object[] = [], options: object = {}) =>
  db.connection.db!.watch(pipeline, options) as unknown as Stream
const model = (db: mongoose.Mongoose) =>
  db.models.Item ?? db.model('Item', new db.Schema({ n: Number, list: [Number] }, { versionKey: false }))

describe('embedded driver: watch', () => {
  it('tells insert, update, replace, delete and drop', async () => {
    const db = await connected()
    const Item = model(db)
    const stream = watch(db)
    await Item.collection.insertOne({ _id: 1 as never, n: 1 })
    await Item.collection.updateOne({ n: 1 }, { $set: { n: 2 }, $unset: { none: 1 } })
    await Item.collection.replaceOne({ n: 2 }, { n: 3 })
    await Item.collection.deleteOne({ n: 3 })
    await Item.collection.drop()
    const events = [await stream.next(), await stream.next(), await stream.next(), await stream.next(), await stream.next()]
    assert.deepEqual(
      events.map(({ operationType, documentKey, fullDocument, updateDescription }) => [
        operationType,
        documentKey?._id,
        fullDocument?.n,
        updateDescription,
      ]),
      [
        ['insert', 1, 1, undefined],
        ['update', 1, undefined, { updatedFields: { n: 2 }, removedFields: [], truncatedArrays: [] }],
        ['replace', 1, 3, undefined],
        ['delete', 1, undefined, undefined],
        ['drop', undefined, undefined, undefined],
      ],
    )
    await db.disconnect()
  })

  it('fullDocument is the document after this very change', async () => {
    const db = await connected()
    const Item = model(db)
    const stream = watch(db, [], { fullDocument: 'updateLookup', fullDocumentBeforeChange: 'whenAvailable' })
    await Item.collection.insertOne({ _id: 1 as never, n: 1 })
    await Item.collection.updateOne({}, { $inc: { n: 1 } })
    await Item.collection.updateOne({}, { $inc: { n: 1 } })
    await stream.next()
    const event = await stream.next()
    assert.deepEqual([event.fullDocument!.n, (event.fullDocumentBeforeChange as { n: number }).n], [2, 1])
    await db.disconnect()
  })

  it('Model.watch emits change and is filtered by its pipeline', async () => {
    const db = await connected()
    const Item = model(db)
    const stream = Item.watch([{ $match: { 'fullDocument.n': { $gt: 1 } } }])
    const heard = once(stream, 'change')
    await once(stream, 'ready')
    await Item.create([{ n: 1 }, { n: 2 }], { ordered: true })
    assert.equal(((await heard)[0] as Event).fullDocument!.n, 2)
    await stream.close()
    await db.disconnect()
  })

  it('resumes after a restart exactly: nothing lost, nothing twice', () =>
    withFolder(async (folder) => {
      const first = await connected(`embedded:${folder}`)
      const stream = watch(first)
      for (let n = 0; n < 10; n++) await model(first).collection.insertOne({ n })
      for (let n = 0; n < 4; n++) await stream.next()
      const token = stream.resumeToken
      await first.disconnect()

      const second = await connected(`embedded:${folder}`)
      await second.connection.collection('items').insertOne({ n: 10 })
      const resumed = watch(second, [], { resumeAfter: token })
      const seen: number[] = []
      for (let event = await resumed.tryNext(); event !== null; event = await resumed.tryNext()) seen.push(event.fullDocument!.n!)
      assert.deepEqual(seen, [4, 5, 6, 7, 8, 9, 10])
      await second.disconnect()
    }))

  it('resumes from a cluster time', async () => {
    const db = await connected()
    const { collection } = model(db)
    const stream = watch(db)
    for (let n = 0; n < 5; n++) await collection.insertOne({ n })
    const times = [await stream.next(), await stream.next(), await stream.next()].map(({ clusterTime }) => clusterTime)
    const later = watch(db, [], { startAtOperationTime: times[2] })
    assert.equal((await later.next()).fullDocument!.n, 2)
    await db.disconnect()
  })

  it('the changes of a transaction stand together, with one cluster time', async () => {
    const db = await connected()
    const Item = model(db)
    await Item.createCollection()
    const stream = watch(db)
    await db.connection.transaction(async (session) => {
      await Item.create([{ n: 1 }], { session })
      await Item.collection.insertOne({ n: 50 })
      await Item.create([{ n: 2 }, { n: 3 }], { session, ordered: true })
    })
    const events = [await stream.next(), await stream.next(), await stream.next(), await stream.next()]
    assert.deepEqual(
      events.map(({ fullDocument }) => fullDocument!.n),
      [50, 1, 2, 3],
    )
    assert.equal(new Set(events.map(({ clusterTime }) => String(clusterTime))).size, 2)
    assert.equal(new Set(events.slice(1).map(({ txnNumber }) => String(txnNumber))).size, 1)
    await db.disconnect()
  })

  it('a stream on a dropped collection is invalidated and ends', async () => {
    const db = await connected()
    const Item = model(db)
    await Item.createCollection()
    const stream = Item.collection.watch() as unknown as Stream
    await Item.collection.drop()
    const seen: string[] = []
    for await (const { operationType } of stream) seen.push(operationType)
    assert.deepEqual(seen, ['drop', 'invalidate'])
    await db.disconnect()
  })

  it('says 286 when the log was trimmed beyond the token, or is another one', async () => {
    const db = await connected('embedded:?changeLog=5')
    const stream = watch(db)
    const { collection } = model(db)
    const token = stream.resumeToken
    for (let n = 0; n < 20; n++) await collection.insertOne({ n })
    assert.equal((await rejection(stream.next())).code, 286)
    assert.throws(() => watch(db, [], { resumeAfter: token }), { code: 286 })
    assert.throws(() => watch(db, [], { resumeAfter: { _data: 'x.a1' } }), { code: 286 })
    await db.disconnect()
  })

  it('leaves nothing behind when closed', async () => {
    const db = await connected()
    const stream = watch(db)
    const waiting = rejection(stream.next())
    await stream.close()
    assert.match((await waiting).message, /closed/)
    const { store } = db.connection.getClient() as unknown as { store: { streams: Set<unknown>; listeners: Set<unknown> } }
    assert.deepEqual([store.streams.size, store.listeners.size], [0, 0])
    await db.disconnect()
  })
})
