import assert from 'node:assert/strict'
import { once } from 'node:events'
import fc from 'fast-check'
import mongoose, { type Connection, type Model, Schema } from 'mongoose'
import { StoreError } from '../../../src/errors.js'
import type { WriteGuard } from '../../../src/server/hub/channel-store.js'
import { modelFeed } from '../../../src/server/mongoose/feed.js'
import { ModelStore } from '../../../src/server/mongoose/model-store.js'
import { MongodbSource } from '../../../src/server/mongoose/mongodb-source.js'
import { changeRootOf, watchConnection } from '../../../src/server/mongoose/watch.js'
import type { Query } from '../../../src/streams/query.js'
import { Recorder } from '../../../src/streams/testing/contract/recorder.js'
import { type SecantusServer, startSecantus } from '../../services/secantus.js'
import { openMongodb } from '../mongodb-connection.js'

interface Row {
  n: number
  name?: string
  at?: Date
  owner?: mongoose.Types.ObjectId | string
  tags?: string[]
}

function rowModel(connection: Connection): Model<Row> {
  const definition: object = {
    _id: String,
    n: Number,
    name: String,
    at: Date,
    owner: Schema.Types.ObjectId,
    tags: { type: [String], default: undefined },
  }
  return connection.model<Row>('Row', new Schema<Row>(definition))
}

describe('modelFeed on MongoDB', () => {
  let server: SecantusServer
  let connection: Connection
  let model: Model<Row>
  let recorders: Recorder<Row>[] = []

  before(async function () {
    server = await startSecantus(this)
  })
  after(() => (server as SecantusServer | undefined)?.stop())
  beforeEach(async () => {
    connection = await openMongodb(server)
    model = rowModel(connection)
    await model.init()
  })
  afterEach(async () => {
    for (const recorder of recorders) recorder.subscription.unsubscribe()
    recorders = []
    await connection.close()
  })

  const record = (query: Query<Row> = {}): Recorder<Row> => {
    const recorder = new Recorder(modelFeed(model, query))
    recorders.push(recorder)
    return recorder
  }
  /** Past Mongoose: what another process does. */
  const raw = () => connection.db!.collection<{ _id: string; n?: number; tags?: string[] }>(model.collection.collectionName)
  const insert = (id: string, n: number) => raw().insertOne({ _id: id, n })
  const has = (id: string, n: number) => (state: Record<string, Row>) => state[id]?.n === n
  const fail = (failCommands: string[], errorCode: number, mode: 'alwaysOn' | 'off' | { times: number }) =>
    connection.db!.admin().command({ configureFailPoint: 'failCommand', mode, data: { failCommands, errorCode } })

  it('follows what is created, updated, replaced and deleted, one commit each', async () => {
    await insert('a', 1)
    const rows = await record().ready()
    await insert('b', 2)
    await raw().updateOne({ _id: 'b' }, { $set: { n: 3 } })
    await rows.until(has('b', 3))
    await raw().replaceOne({ _id: 'a' }, { n: 4 })
    await raw().deleteOne({ _id: 'b' })
    await rows.until((state) => !('b' in state))
    assert.deepEqual(rows.heard(), ['reset', 'publish a', 'publish b', 'change b', 'change a', 'retract b'])
    assert.deepEqual([rows.state, rows.commits], [{ a: { n: 4 } }, 5])
  })

  it('carries values of BSON as plain ones, read or heard', async () => {
    const owner = new mongoose.Types.ObjectId()
    const fields = { n: 1, at: new Date(1e12), owner, tags: ['x'] }
    await new model({ _id: 'a', ...fields }).save()
    const rows = await record().ready()
    await new model({ _id: 'b', ...fields }).save()
    await rows.until((state) => 'b' in state)
    const plain = { ...fields, owner: owner.toHexString() }
    assert.deepEqual(rows.state, { a: plain, b: plain })
  })

  it('asks the server in its own language: prefixes, ObjectIds', async () => {
    const owner = new mongoose.Types.ObjectId()
    await model.insertMany([
      { _id: 'a', name: 'a.b', n: 1, owner },
      { _id: 'b', name: 'axb', n: 1, owner },
      { _id: 'c', name: 'A.B', n: 1 },
    ])
    const exact = await record({ filter: { name: { $prefix: 'a.' } } }).ready()
    const folded = await record({ filter: { name: { $prefix: 'a.', $caseInsensitive: true } } }).ready()
    const owned = await record({ filter: { owner: owner.toHexString() } }).ready()
    assert.deepEqual(
      [exact, folded, owned].map(({ state }) => Object.keys(state).join('')),
      ['a', 'ac', 'ab'],
    )
  })

  it('shows a transaction as one commit, also while others write', async () => {
    const rows = await record().ready()
    const session = connection.getClient().startSession()
    await session.withTransaction(async () => {
      await raw().insertOne({ _id: 'a', n: 1 }, { session })
      await insert('x', 1)
      await connection.db!.collection('others').insertOne({ n: 1 }, { session })
      await raw().insertOne({ _id: 'b', n: 2 }, { session })
      await raw().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session })
      await raw().insertOne({ _id: 'c', n: 2 }, { session })
      await raw().deleteOne({ _id: 'c' }, { session })
    })
    await session.endSession()
    await rows.until(has('a', 2))
    assert.deepEqual([rows.state, rows.commits], [{ x: { n: 1 }, a: { n: 2 }, b: { n: 2 } }, 3])
  })

  it('shows nothing of a transaction that is aborted', async () => {
    const rows = await record().ready()
    const session = connection.getClient().startSession()
    session.startTransaction()
    await raw().insertOne({ _id: 'a', n: 1 }, { session })
    await session.abortTransaction()
    await session.endSession()
    await insert('b', 1)
    await rows.until((state) => 'b' in state)
    assert.deepEqual(rows.heard(), ['reset', 'publish b'])
  })

  it('switches post-images on', async () => {
    await record().ready()
    const [found] = await connection.db!.listCollections({ name: model.collection.collectionName }).toArray()
    assert.deepEqual((found as { options?: object }).options, { changeStreamPreAndPostImages: { enabled: true } })
  })

  it('looks documents up where there are no post-images, and says nothing of those that are gone', async () => {
    const rows = await record().ready()
    await connection.db!.command({ collMod: model.collection.collectionName, changeStreamPreAndPostImages: { enabled: false } })
    const session = connection.getClient().startSession()
    await session.withTransaction(async () => {
      await raw().insertMany(
        [
          { _id: 'a', n: 1 },
          { _id: 'b', n: 1 },
        ],
        { session },
      )
      await raw().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session })
    })
    await session.endSession()
    await Promise.all([raw().updateOne({ _id: 'b' }, { $set: { n: 2 } }), raw().deleteOne({ _id: 'a' })])
    await rows.until((state) => !('a' in state) && state['b']?.n === 2)
    assert.equal(rows.heard().filter((event) => event === 'retract a').length, 1)
  })

  it('loses and doubles nothing between snapshot and live while others write', async () => {
    // SecantusDB's snapshot of a moment can lack a write of that very moment. So this is shown where the moment isn't relied on.
    watchConnection(connection, new MongodbSource(connection, { postImages: false }))
    const operation = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), n: fc.option(fc.nat(9)) })
    const filters: Query<Row>[] = [{}, { filter: { n: { $lt: 5 } } }, { filter: { name: 'x' } }]
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 12, maxLength: 30 }), fc.nat(1e9), async (operations, salt) => {
        await raw().deleteMany({})
        const feeds: { feed: Recorder<Row>; query: Query<Row> }[] = []
        for (const [index, { id, n }] of operations.entries()) {
          const written = n === null ? raw().deleteOne({ _id: id }) : raw().updateOne({ _id: id }, { $set: { n } }, { upsert: true })
          if (index % 4 === salt % 4) {
            const query = filters[index % filters.length]!
            feeds.push({ feed: record(query), query })
          }
          await written
        }
        await raw().updateOne({ _id: 'last' }, { $set: { n: salt } }, { upsert: true })
        const all = await record().until(has('last', salt))
        const expected = Object.fromEntries((await raw().find().toArray()).map(({ _id, ...item }) => [_id, item]))
        assert.deepEqual(all.state, expected)
        for (const { feed, query } of feeds) {
          const fresh = await record(query).ready()
          await feed.ready()
          assert.deepEqual([feed.state, feed.error], [fresh.state, undefined])
        }
      }),
      { numRuns: 5 },
    )
  }).timeout(30_000)

  it('retracts everything when the collection is dropped, and goes on with the next of that name', async () => {
    await insert('a', 1)
    await insert('b', 1)
    const rows = await record().ready()
    await raw().drop()
    await rows.until((state) => Object.keys(state).length === 0)
    assert.equal(rows.commits, 2)
    await insert('c', 1)
    await rows.until(has('c', 1))
  })

  it('retracts everything when the collection is renamed, and reads one that is renamed to its name', async () => {
    await insert('a', 1)
    const rows = await record().ready()
    const others = connection.db!.collection<{ _id: string; n: number }>('others')
    await others.insertOne({ _id: 'z', n: 1 })
    await raw().rename('away')
    await rows.until((state) => !('a' in state))
    await others.rename(model.collection.collectionName)
    await rows.until(has('z', 1))
    await insert('b', 1)
    await rows.until(has('b', 1))
    assert.deepEqual(rows.heard(), ['reset', 'publish a', 'retract a', 'publish z', 'publish b'])
  })

  it('survives that the whole database is dropped', async () => {
    await insert('a', 1)
    const rows = await record().ready()
    await connection.db!.dropDatabase()
    await rows.until((state) => !('a' in state))
    await insert('b', 1)
    await rows.until(has('b', 1))
    assert.deepEqual(rows.heard(), ['reset', 'publish a', 'retract a', 'publish b'])
  })

  for (const code of [286, 280, 260]) {
    it(`sends only the difference, in a new epoch, when the history is lost (${code})`, async () => {
      for (const id of ['a', 'b', 'c']) await insert(id, 1)
      const rows = await record().ready()
      const { source } = changeRootOf(connection)
      const before = source.position()
      const lost = new Promise((resolve) => source.onLost(resolve))
      const failed = once(connection.getClient(), 'commandFailed')
      await fail(['getMore', 'ping'], code, 'alwaysOn')
      await failed
      await raw().deleteOne({ _id: 'a' })
      await raw().updateOne({ _id: 'b' }, { $set: { n: 2 } })
      await insert('d', 1)
      await fail([], 0, 'off')
      await lost
      await rows.until((state) => !('a' in state) && state['b']?.n === 2 && 'd' in state)
      await insert('e', 1)
      await rows.until(has('e', 1))
      const changes = ['change b', 'publish d', 'publish e', 'retract a']
      assert.deepEqual(rows.heard().sort(), [...changes, 'publish a', 'publish b', 'publish c', 'reset'].sort())
      assert.deepEqual([before.slice(0, 3), source.position().slice(0, 3)], ['a0.', 'a1.'])
      assert.equal(await source.changesSince(before, 100), undefined)
    })
  }

  it('goes on from its token after any other error, and from the next epoch if that never helps', async () => {
    const rows = await record().ready()
    const { source } = changeRootOf(connection)
    const lost = new Promise((resolve) => source.onLost(resolve))
    await fail(['getMore'], 8, { times: 1 })
    await insert('a', 1)
    await insert('b', 1)
    await rows.until(has('b', 1))
    assert.ok(source.position().startsWith('a0.'))
    const failed = once(connection.getClient(), 'commandFailed')
    await fail(['getMore', 'aggregate'], 8, { times: 3 })
    await failed
    await insert('c', 1)
    await raw().deleteOne({ _id: 'a' })
    await lost
    await rows.until((state) => 'c' in state && !('a' in state))
    assert.deepEqual(rows.heard(), ['reset', 'publish a', 'publish b', 'publish c', 'retract a'])
    assert.ok(source.position().startsWith('a1.'))
  })

  it('ends with an error that says which right is missing', async () => {
    await fail(['aggregate'], 13, { times: 1 })
    const error = await new Recorder(modelFeed(model)).failure()
    assert.ok(error instanceof StoreError && error.message.includes('changeStream'))
  })

  it('tells another process what changed since a position', async () => {
    await insert('a', 1)
    await record().ready()
    const { source } = changeRootOf(connection)
    await source.caughtUp()
    const before = source.position()
    await insert('b', 1)
    await raw().deleteOne({ _id: 'a' })
    const other = await openMongodb(server, connection.name)
    try {
      const second = changeRootOf(other).source
      await second.ready()
      assert.equal(second.rootId, source.rootId)
      const changes = (await second.changesSince(before, 100))!.filter(
        ({ collection, position }) => collection === 'rows' && position > before,
      )
      assert.deepEqual(
        changes.map(({ operation, id }) => `${operation} ${String(id)}`),
        ['insert b', 'delete a'],
      )
      assert.equal(await second.changesSince(before, 1), undefined)
    } finally {
      await other.close()
    }
  })

  it('leaves nothing behind', async () => {
    const { name } = connection
    await connection.close()
    const resources = () => process.getActiveResourcesInfo().sort()
    const before = resources()
    const other = await openMongodb(server, name)
    const feed = new Recorder(modelFeed(rowModel(other)))
    await feed.ready()
    const { source } = changeRootOf(other)
    await other.collection('rows').insertOne({ n: 1 })
    await source.caughtUp()
    const waiting = source.caughtUp()
    feed.subscription.unsubscribe()
    await other.close()
    await Promise.allSettled([source.close(), waiting])
    while (resources().includes('TCPSocketWrap')) await new Promise(setImmediate)
    assert.deepEqual(resources(), before)
    await assert.rejects(async () => source.read('rows', {}), { code: 'connection' })
  })

  it('catches up with a server that was killed, and shows nothing twice', async () => {
    for (const id of ['a', 'b']) await insert(id, 1)
    const rows = await record().ready()
    // Without this SecantusDB forgets what it acknowledged in the last moments before it is killed, and numbers its log anew from there.
    await connection.db!.admin().command({ fsync: 1 })
    await server.kill()
    const late = record({ filter: { n: 1 } })
    await server.start()
    await late.ready()
    await raw().deleteOne({ _id: 'a' })
    await insert('c', 1)
    await insert('d', 1)
    await rows.until((state) => !('a' in state) && 'c' in state && 'd' in state)
    await late.until((state) => !('a' in state) && 'd' in state)
    assert.deepEqual(rows.heard().sort(), ['publish a', 'publish b', 'publish c', 'publish d', 'reset', 'retract a'])
    assert.deepEqual(late.state, rows.state)
  })
})

const anything: WriteGuard = {
  isWritable: () => true,
  see: () => undefined,
  create: () => undefined,
  patch: () => undefined,
  retract: () => undefined,
}

describe('modelFeed on a standalone MongoDB', () => {
  it('says at once what to do about it', async function () {
    const server = await startSecantus(this, { standalone: true })
    try {
      const connection = await openMongodb(server)
      const model = rowModel(connection)
      const closed = once(connection, 'close')
      const told = (error: unknown): boolean => error instanceof StoreError && /replica set.*embedded/.test(error.message)
      assert.ok(told(await new Recorder(modelFeed(model)).failure()))
      const store = new ModelStore(model as never, 'rows')
      const write = { type: 'retract', write: 'w', id: 'a' } as const
      await assert.rejects(store.write(write, anything), told)
      await connection.close()
      await closed
    } finally {
      await server.stop()
    }
  })
})
