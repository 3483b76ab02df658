import assert from 'node:assert/strict'
import type { Connection, Model } from 'mongoose'
import { listenDnode } from '../../../src/server/dnode/listen.js'
import { embeddedStore } from '../../../src/server/embedded/index.js'
import { Hub } from '../../../src/server/hub/hub.js'
import type { Known, Transport } from '../../../src/streams/node.js'
import { knownOf } from '../../../src/streams/transports/known-of.js'
import { Recorder } from '../../../src/streams/testing/contract/recorder.js'
import type { ContractNote } from '../../../src/streams/testing/index.js'
import { connectDnode } from '../../../src/streams/transports/dnode/index.js'
import { openEmbedded } from '../embedded-connection.js'
import { offerNotes } from '../notes.js'

/** A hub of its own each time: as after a restart, the log alone knows what was. */
async function serve(connection: Connection) {
  const hub = new Hub()
  connection.deleteModel(/./)
  const model = offerNotes(hub, connection)
  const listener = await listenDnode(hub, { tcp: { port: 0, host: '127.0.0.1' } })
  const transport = connectDnode({ url: `tcp://127.0.0.1:${String(listener.tcpPort)}` })
  return {
    transport,
    model,
    async stop() {
      await transport.close()
      await listener.close()
      await hub.close()
    },
  }
}

/** What a client knows of `a`, `b` and `c`. */
async function knownTo(transport: Transport): Promise<Known<ContractNote> & { items: (readonly [string, ContractNote])[] }> {
  const feed = transport.node<ContractNote>('notes').feed()
  const recorder = await new Recorder(feed).ready()
  const { cursor, queryHash, items } = knownOf(feed)!
  const known = { cursor, queryHash, items: [...items] }
  recorder.subscription.unsubscribe()
  return known
}

/** Thirty changes of which little is left. */
async function change(model: Model<ContractNote>): Promise<void> {
  for (let n = 0; n < 30; n++) await model.updateOne({ _id: 'a' }, { n })
  await model.deleteOne({ _id: 'b' })
  await model.create({ _id: 'd', title: 'd' })
}

describe('a client that resumes when the log no longer reaches back', () => {
  let connection: Connection
  let known: Awaited<ReturnType<typeof knownTo>>
  let again: Awaited<ReturnType<typeof serve>>
  const open = async (uri: string): Promise<void> => {
    connection = await openEmbedded(uri)
    const first = await serve(connection)
    await first.model.create(['a', 'b', 'c'].map((_id) => ({ _id, title: _id })))
    known = await knownTo(first.transport)
    await first.stop()
    await change(first.model)
    again = await serve(connection)
  }
  afterEach(async () => {
    await again.stop()
    await connection.close()
  })
  const after = { a: { title: 'a', n: 29 }, c: { title: 'c' }, d: { title: 'd' } }
  const logReaches = () => embeddedStore(connection)!.changesSince(Object.values(known.cursor)[0]!) !== undefined

  for (const [changeLog, reaches] of [
    [10, false],
    [1000, true],
  ] as const) {
    it(`gets the difference, and nothing else, ${reaches ? 'also when it does' : 'all the same'} (a log of ${changeLog})`, async () => {
      await open(`embedded:?changeLog=${changeLog}`)
      assert.equal(logReaches(), reaches)
      const feed = again.transport.node<ContractNote>('notes').feed({}, { known })
      const recorder = await new Recorder(feed, { known: known.items }).until((state) => 'd' in state)
      assert.deepEqual(recorder.state, after)
      assert.deepEqual(recorder.heard().sort(), ['change a', 'publish d', 'retract b'])
    })
  }

  it('is sent a reset and everything where it wants no differences', async () => {
    await open('embedded:?changeLog=10')
    const feed = again.transport.node<ContractNote>('notes', { diff: false }).feed({}, { known })
    const recorder = await new Recorder(feed, { known: known.items }).until((state) => 'd' in state)
    assert.deepEqual(recorder.state, after)
    assert.deepEqual(recorder.heard().sort(), ['publish a', 'publish c', 'publish d', 'reset'])
  })

  it('goes on live from there', async () => {
    await open('embedded:?changeLog=10')
    const recorder = new Recorder(again.transport.node<ContractNote>('notes').feed({}, { known }), { known: known.items })
    await recorder.until((state) => 'd' in state)
    await again.model.deleteOne({ _id: 'd' })
    await recorder.until((state) => !('d' in state))
    const { d: _, ...rest } = after
    assert.deepEqual(recorder.state, rest)
  })
})
