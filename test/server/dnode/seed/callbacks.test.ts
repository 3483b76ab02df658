import assert from 'node:assert/strict'
import { type DnodeConnection, pubsub } from '../../../../src/server/index.js'
import type { OldClient } from './old-client.js'
import { ways } from './todos.js'

const callbackMs = 20
const connections = 20
const atOnce = 100

interface Callbacks {
  readonly proto: { readonly callbacks: { readonly remote: Readonly<Record<number, unknown>> } }
}

for (const [way, serve] of Object.entries(ways)) {
  describe(`callbacks over ${way}`, function () {
    this.timeout(60_000)
    const calls = way === 'our TCP' ? 100_000 : 10_000

    it(`are held by nobody after ${String(calls)} calls`, async () => {
      const ends: DnodeConnection[] = []
      const channels = pubsub({ limits: { callbackMs } })
      const served = await serve((remote, connection) => {
        ends.push(connection)
        return channels(remote, connection)
      })
      const held = (client: OldClient): number => client.dnode.proto.callbacks.local.filter((each) => each !== undefined).length
      for (let round = 0; round < connections; round++) {
        const client = await served.connect()
        const atServer = (): number => Object.keys((ends[round] as unknown as Callbacks).proto.callbacks.remote).length
        await client.ask('subscribe', 'x')
        const before = 5
        for (let done = 0; done < calls / connections; done += atOnce)
          await Promise.all(Array.from({ length: atOnce }, () => client.ask('unsubscribe', 'y')))
        while (held(client) > before || atServer() > before) await new Promise((resolve) => setImmediate(resolve))
        assert.deepEqual([held(client), atServer()], [before, before])
        await client.close()
      }
      await served.close()
      assert.equal(channels.channels, 0)
    })
  })
}
