import assert from 'node:assert/strict'
import { filter, firstValueFrom } from 'rxjs'
import type { Connection } from 'mongoose'
import { listenDnode } from '../../../src/server/dnode/listen.js'
import { Hub } from '../../../src/server/hub/hub.js'
import { changeRootOf } from '../../../src/server/mongoose/watch.js'
import type { Transport } from '../../../src/streams/node.js'
import { DnodeTransport } from '../../../src/streams/transports/dnode/transport.js'
import { openProxy } from '../../contract/cut-proxy.js'
import type { ContractNote as Note } from '../../../src/streams/testing/index.js'
import { Recorder } from '../../../src/streams/testing/contract/recorder.js'
import { type SecantusServer, startSecantus } from '../../services/secantus.js'
import { openMongodb } from '../mongodb-connection.js'
import { offerNotes } from '../notes.js'

/** What one server process has: a connection of its own, a hub, a port. */
async function startProcess(server: SecantusServer, database: string, port = 0) {
  const connection = await openMongodb(server, database)
  const hub = new Hub()
  const model = offerNotes(hub, connection)
  await model.init()
  const host = '127.0.0.1'
  const listener = await listenDnode(hub, { tcp: { port, host } })
  return {
    connection,
    notes: () => connection.db!.collection<{ _id: string; title?: string; n?: number }>(model.collection.collectionName),
    port: listener.tcpPort!,
    async stop() {
      await listener.close()
      await hub.close()
      await connection.close()
    },
  }
}

type Process = Awaited<ReturnType<typeof startProcess>>
type Proxy = Awaited<ReturnType<typeof openProxy>>

describe('a hub on MongoDB', () => {
  let server: SecantusServer
  let database: string
  let databases = 0
  let processes: Process[] = []
  let transports: Transport[] = []
  let proxies: Proxy[] = []

  before(async function () {
    server = await startSecantus(this, { durable: true })
  })
  after(() => (server as SecantusServer | undefined)?.stop())
  beforeEach(() => {
    database = `hub${String(++databases)}`
  })
  afterEach(async () => {
    await Promise.all(transports.map((transport) => transport.close()))
    await Promise.all(proxies.map((proxy) => proxy.close()))
    await Promise.all(processes.map((one) => one.stop()))
    transports = []
    proxies = []
    processes = []
  })

  const start = async (port?: number): Promise<Process> => {
    const started = await startProcess(server, database, port)
    processes.push(started)
    return started
  }
  const dial = (port: number): Transport => {
    const transport = new DnodeTransport({ url: `tcp://127.0.0.1:${port}`, backoff: { base: 1, max: 20 } })
    transports.push(transport)
    return transport
  }
  const cutProxy = async (port: number): Promise<Proxy> => {
    const proxy = await openProxy(port)
    proxies.push(proxy)
    return proxy
  }
  const becomes = (transport: Transport, state: string) =>
    firstValueFrom(transport.status$.pipe(filter((status) => status.state === state)))
  /** The number of subscriptions that were told what changed, and of those that had to get all. */
  const watchResumptions = (connection: Connection) => {
    const { source } = changeRootOf(connection)
    const counts = { known: 0, unknown: 0 }
    const ask = source.changesSince.bind(source)
    source.changesSince = async (position, limit) => {
      const changes = await ask(position, limit)
      counts[changes === undefined ? 'unknown' : 'known']++
      return changes
    }
    return counts
  }

  it('brings what a client of one process writes to the clients of another', async () => {
    const [one, two] = [await start(), await start()]
    const writer = dial(one.port).node<Note>('notes')
    const mine = await new Recorder(writer.feed()).ready()
    const theirs = await new Recorder(
      dial(two.port)
        .node<Note>('notes')
        .feed({ filter: { n: { $gt: 0 } } }),
    ).ready()
    const id = await writer.publish({ title: 'one', n: 1 })
    assert.deepEqual(mine.state, { [id]: { title: 'one', n: 1 } })
    await theirs.until((state) => id in state)
    await writer.patch(id, { n: 0 })
    await theirs.until((state) => !(id in state))
    await writer.retract(id)
    assert.deepEqual(mine.heard(), ['reset', `publish ${id}`, `change ${id}`, `retract ${id}`])
    assert.deepEqual(theirs.heard(), ['reset', `publish ${id}`, `retract ${id}`])
  })

  it('tells a client that was cut off only what it missed', async () => {
    const one = await start()
    const proxy = await cutProxy(one.port)
    const transport = dial(proxy.port)
    await one.notes().insertMany(['a', 'b', 'c'].map((_id) => ({ _id, title: _id })))
    const feed = await new Recorder(transport.node<Note>('notes').feed()).until((state) => 'c' in state)
    feed.heard()
    proxy.cut()
    await becomes(transport, 'offline')
    await one.notes().deleteOne({ _id: 'a' })
    await one.notes().updateOne({ _id: 'b' }, { $set: { n: 1 } })
    proxy.mend()
    await feed.until((state) => !('a' in state) && state['b']?.n === 1)
    // What is told of several keys in one commit has no order: a resumption has it live, a snapshot as a difference.
    assert.deepEqual(feed.heard().sort(), ['change b', 'retract a'])
  })

  it('tells a client what it missed while there was no process at all, from the log of the server', async () => {
    const one = await start()
    await one.notes().insertMany(['a', 'b', 'c'].map((_id) => ({ _id, title: _id })))
    const transport = dial(one.port)
    const feed = await new Recorder(transport.node<Note>('notes').feed()).until((state) => 'c' in state)
    feed.heard()
    await one.stop()
    processes = []
    await becomes(transport, 'offline')
    const other = await openMongodb(server, database)
    await other.collection<{ _id: string }>('notes').deleteOne({ _id: 'a' })
    await other.collection<{ _id: string }>('notes').updateOne({ _id: 'b' }, { $set: { n: 1 } })
    await other.close()
    const two = await start(one.port)
    const resumptions = watchResumptions(two.connection)
    await feed.until((state) => !('a' in state) && state['b']?.n === 1)
    assert.deepEqual([feed.heard().sort(), resumptions], [['change b', 'retract a'], { known: 1, unknown: 0 }])
  })

  it('asks the log once for clients that come back together', async () => {
    const one = await start()
    const { source } = changeRootOf(one.connection)
    await source.caughtUp()
    const position = source.position()
    await one.notes().insertOne({ _id: 'a', title: 'a' })
    const two = await start()
    const db = two.connection.db!
    const fresh = changeRootOf(two.connection).source
    await fresh.ready()
    let streams = 0
    const watch = db.watch.bind(db)
    db.watch = (...given: Parameters<typeof watch>) => {
      streams++
      return watch(...given)
    }
    const answers = await Promise.all(Array.from({ length: 50 }, async () => fresh.changesSince(position, 100)))
    assert.deepEqual([streams, new Set(answers.map((changes) => changes!.map(({ id }) => id).includes('a')))], [1, new Set([true])])
  })

  it('carries out writes once, also those under way when the database is killed', async () => {
    const one = await start()
    const notes = dial(one.port).node<Note>('notes')
    const feed = await new Recorder(notes.feed()).ready()
    await notes.publish({ title: 'first' }, { id: 'first' })
    const early = Array.from({ length: 8 }, (_, n) => notes.publish({ title: 'early', n }, { id: `early${String(n)}`, create: true }))
    await early[2]
    await server.kill()
    const late = notes.publish({ title: 'late' }, { id: 'late', create: true })
    await server.start()
    await Promise.all([...early, late])
    await feed.until((state) => 'late' in state)
    const stored = await one.notes().find().toArray()
    assert.deepEqual(Object.keys(feed.state).sort(), stored.map(({ _id }) => _id).sort())
    assert.equal(stored.length, 10)
    assert.equal(feed.heard().filter((event) => event !== 'reset').length, 10)
  })
})
