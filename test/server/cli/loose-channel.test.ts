import assert from 'node:assert/strict'
import mongoose from 'mongoose'
import { ValidationError } from '../../../src/errors.js'
import { looseChannel } from '../../../src/server/cli/loose-channel.js'
import type { Store } from '../../../src/server/cli/store.js'
import { embedded } from '../../../src/server/embedded/index.js'
import { Hub } from '../../../src/server/hub/hub.js'

describe('a channel of documents of any form', () => {
  let own: mongoose.Mongoose
  let hub: Hub
  before(async () => {
    own = new mongoose.Mongoose()
    own.setDriver(embedded)
    await own.connect('embedded:')
    hub = new Hub()
    looseChannel(hub, { mongoose: own } as unknown as Store, 'things')
  })
  after(async () => {
    await hub.close()
    await own.disconnect()
  })
  const node = () => hub.transport(undefined).node<Record<string, unknown>>('things')

  for (const field of ['id', 'model', 'errors', 'collection', 'name', 'type']) {
    it(`takes a field named ${field}`, async () => {
      await node().publish({ [field]: 'x', n: 1 }, { id: field })
      await node().patch(field, { [field]: 'y' })
      assert.deepEqual(await node().get(field), { [field]: 'y', n: 1 })
    })
  }

  for (const field of ['', '$where', '$isNew', 'a.b', '_doc', 'save', 'isNew', 'schema', 'get', 'set', 'validate', 'toObject']) {
    it(`refuses a field named ${JSON.stringify(field)}, and says so`, async () => {
      await assert.rejects(node().publish({ [field]: 'x' }, { id: 'bad' }), ValidationError)
      assert.equal(await node().get('bad'), undefined)
    })
  }
})
