import assert from 'node:assert/strict'
import { type Connection, Schema } from 'mongoose'
import { compose, crud, pubsub } from '../../../../src/server/index.js'
import { openEmbedded } from '../../embedded-connection.js'
import type { OldClient } from './old-client.js'
import { type Served, ways } from './todos.js'

for (const [way, serve] of Object.entries(ways)) {
  describe(`a schema with a BigInt over ${way}`, () => {
    let connection: Connection
    let served: Served
    let client: OldClient
    before(async () => {
      connection = await openEmbedded()
      connection.model('count', new Schema({ n: BigInt }))
      served = await serve(compose(pubsub(), crud({ database: connection })))
      client = await served.connect()
    })
    after(async () => {
      await client.close()
      await served.close()
      await connection.close()
    })

    it('is written, told and read as text', async () => {
      const opt = { type: 'count', url: 'counts' }
      await client.ask('subscribe', 'counts')
      const created = await client.call('create', { n: '9007199254740993' }, opt)
      assert.equal(created.n, '9007199254740993')
      assert.deepEqual((await client.event('created'))[1], created)
      assert.deepEqual(await client.call('update', { ...created, n: '2' }, opt), { ...created, n: '2' })
      assert.deepEqual(await client.call('read', { ...opt, query: { n: '2' } }), [{ ...created, n: '2' }])
    })
  })
}
