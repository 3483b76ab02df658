import assert from 'node:assert/strict'
import { compose, pubsub, serveDnode } from '../../../../src/server/index.js'
import { OldClient } from './old-client.js'

describe('the callbacks of old clients', () => {
  it('are none after 100,000 calls, at either end', async function () {
    this.timeout(120_000)
    let server: any
    const watch = (_: object, connection: unknown): object => {
      server = connection
      return {}
    }
    const listener = await serveDnode(compose(pubsub(), watch as never), { tcp: { port: 0, host: '127.0.0.1' } })
    // dnode looks through all numbers that it ever gave when it makes a call: one client alone would take minutes.
    for (let connection = 0; connection < 10; connection++) {
      const client = await OldClient.tcp(listener.tcpPort!)
      const local = (): number => Object.values(client.dnode.proto.callbacks.local).filter((each) => each !== undefined).length
      const remote = (): number => Object.keys(server.proto.callbacks.remote).length
      const methods = 5
      for (let round = 0; round < 100; round++)
        await Promise.all(
          Array.from({ length: 100 }, (_, n) => client.ask(n % 2 === 0 ? 'subscribe' : 'unsubscribe', `todos/${String(n)}`)),
        )
      while (local() > methods || remote() > methods) await new Promise((resolve) => setImmediate(resolve))
      assert.deepEqual([local(), remote()], [methods, methods])
      client.cut()
      await client.ended
    }
    await listener.close()
  })
})
