import assert from 'node:assert/strict'
import { once } from 'node:events'
import type mongoose from 'mongoose'
import { connected } from './connect.js'

type Emitter = ReturnType<mongoose.Model<unknown>['watch']>

/** A log that holds five changes, and writes that go far beyond it at once. */
async function open() {
  const db = await connected('embedded:?changeLog=5')
  const Item = db.model('Item', new db.Schema({ n: Number }))
  const overtake = () => Item.insertMany(Array.from({ length: 50 }, (_, n) => ({ n })))
  return { db, Item, overtake }
}

const failure = async (stream: NodeJS.EventEmitter) => {
  const [error] = (await once(stream, 'error').catch((thrown: unknown) => [thrown])) as [{ code?: number; codeName?: string }]
  return [error.code, error.codeName]
}

const lost = [286, 'ChangeStreamHistoryLost']

describe('embedded driver: a change log that was trimmed', () => {
  it('tells the listeners of a stream that was overtaken, and closes it', async () => {
    const { db, Item, overtake } = await open()
    const stream = Item.watch() as Emitter & NodeJS.EventEmitter
    const seen: unknown[] = []
    stream.on('change', (change) => seen.push(change))
    await once(stream, 'ready')
    const ended = new Promise((resolve) => stream.once('close', resolve))
    const told = failure(stream)
    await overtake()
    assert.deepEqual(await told, lost)
    await ended
    assert.deepEqual(seen, [])
    await db.disconnect()
  })

  it('fails the loop of a reader that was overtaken', async () => {
    const { db, Item, overtake } = await open()
    const stream = Item.collection.watch() as unknown as AsyncIterable<unknown>
    await overtake()
    const read = async () => {
      for await (const change of stream) assert.fail(`heard ${String(change)}`)
    }
    await assert.rejects(read(), { code: 286 })
    await db.disconnect()
  })

  it('refuses Model.watch a token that is older', async () => {
    const { db, Item, overtake } = await open()
    const first = Item.collection.watch()
    await Item.create({ n: 1 })
    const { _id: token } = await first.next()
    await first.close()
    await overtake()
    const told = failure(Item.watch([], { resumeAfter: token }) as Emitter & NodeJS.EventEmitter)
    assert.deepEqual(await told, lost)
    await db.disconnect()
  })

  it('refuses a time that is older', async () => {
    const { db, Item, overtake } = await open()
    const first = Item.collection.watch()
    await Item.create({ n: 1 })
    const { clusterTime } = (await first.next()) as { clusterTime?: mongoose.mongo.Timestamp }
    await overtake()
    assert.throws(() => Item.collection.watch([], { startAtOperationTime: clusterTime! }), { code: 286 })
    await db.disconnect()
  })

  it('ends the process of who listens to changes and not to errors, rather than say nothing', async () => {
    const { db, Item, overtake } = await open()
    const stream = db.connection.db!.collection(Item.collection.collectionName).watch()
    const handlers = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection')
    try {
      const unhandled = once(process, 'unhandledRejection')
      stream.on('change', () => undefined)
      await overtake()
      assert.equal(((await unhandled)[0] as { code: number }).code, 286)
    } finally {
      for (const handler of handlers) process.on('unhandledRejection', handler)
    }
    assert.equal(stream.closed, true)
    await db.disconnect()
  })
})
