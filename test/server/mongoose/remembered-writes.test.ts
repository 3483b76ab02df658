import assert from 'node:assert/strict'
import type { Connection } from 'mongoose'
import { planFor } from '../../../src/server/embedded/plan.js'
import type { Store } from '../../../src/server/embedded/store.js'
import { RememberedWrites, writesCollection } from '../../../src/server/mongoose/remembered-writes.js'
import { type SecantusServer, startSecantus } from '../../services/secantus.js'
import { openEmbedded } from '../embedded-connection.js'
import { openMongodb } from '../mongodb-connection.js'

const hour = 60 * 60 * 1000
const now = Date.UTC(2030, 0, 1)

const writes = (connection: Connection) =>
  connection.collection<{ _id: string; at: Date; channel: string; result: string }>(writesCollection)

/** `n` writes that were made `hours` ago. */
async function add(connection: Connection, n: number, hours: number): Promise<void> {
  const at = new Date(now - hours * hour)
  await writes(connection).insertMany(Array.from({ length: n }, (_, i) => ({ _id: `${hours}/${i}`, at, channel: 'c', result: 'r' })))
}

function claims(open: () => Promise<Connection>): void {
  let connection: Connection
  let memory: RememberedWrites
  beforeEach(async () => {
    connection = await open()
    memory = new RememberedWrites(connection)
  })
  afterEach(() => connection.close())

  it('are found by an index on their time', async () => {
    await memory.prune(now)
    const indexes = await writes(connection).listIndexes().toArray()
    assert.deepEqual(
      indexes.map(({ key }) => key),
      [{ _id: 1 }, { at: 1 }],
    )
  })

  it('are forgotten after a day, some at a time, and the younger are kept', async () => {
    await add(connection, 700, 25)
    await add(connection, 3, 23)
    const left: number[] = []
    for (let call = 0; call < 3; call++) {
      await memory.prune(now)
      left.push(await writes(connection).countDocuments())
    }
    assert.deepEqual(left, [203, 3, 3])
  })

  it('are looked at once an hour when all that is old is forgotten', async () => {
    await memory.prune(now)
    await add(connection, 1, 30)
    await memory.prune(now + hour - 1)
    assert.equal(await writes(connection).countDocuments(), 1)
    await memory.prune(now + hour)
    assert.equal(await writes(connection).countDocuments(), 0)
  })

  it('are looked at once by all who write at once', async () => {
    await add(connection, 700, 25)
    await Promise.all(Array.from({ length: 10 }, () => memory.prune(now)))
    assert.equal(await writes(connection).countDocuments(), 200)
  })

  it('are forgotten without the index where the store refuses it', async () => {
    await writes(connection).createIndex({ result: 1 }, { name: 'at_1' }, {})
    await add(connection, 1, 25)
    await memory.prune(now)
    assert.equal(await writes(connection).countDocuments(), 0)
  })
}

describe('writes that a server remembers', () => {
  claims(openEmbedded)

  it('are trimmed by the index, in its order', async () => {
    const connection = await openEmbedded()
    await new RememberedWrites(connection).prune(now)
    const { store } = connection.getClient() as unknown as { store: Store }
    const entry = store.collection(`${connection.name}.${writesCollection}`)!
    const plan = planFor(entry, { at: { $lt: new Date(now) } }, new Map([['at', 1]]))
    assert.ok(plan.kind === 'index' && plan.index.name === 'at_1' && plan.order === 1, plan.kind)
    await connection.close()
  })
})

describe('writes that a server remembers in MongoDB', () => {
  let server: SecantusServer
  before(async function () {
    server = await startSecantus(this)
  })
  after(() => (server as SecantusServer | undefined)?.stop())

  claims(() => openMongodb(server))
})
