import assert from 'node:assert/strict'
import type { ContractNote } from '../../src/streams/testing/index.js'
import { startDnode } from './dnode-driver.js'
import { describeTransport } from './describe-transport.js'

for (const [name, scheme] of [
  ['WebSocket', 'ws'],
  ['TCP', 'tcp'],
] as const) {
  describeTransport(`DNode over ${name}`, { start: async () => (await startDnode(scheme)).env })
}

describe('DNode between our client and our server', () => {
  it('holds no more callbacks after a thousand writes than before', async () => {
    const { env, dial } = await startDnode('tcp')
    const transport = dial(false)
    const notes = transport.node<ContractNote>('notes')
    await notes.get('a')
    await new Promise(setImmediate)
    const before = transport.callbacks
    for (let n = 0; n < 1000; n += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => notes.publish({ title: 'x', n: n + index })))
    await notes.get('a')
    await new Promise(setImmediate)
    assert.ok(transport.callbacks <= before + 1, `${transport.callbacks} callbacks`)
    await transport.close()
    await env.stop()
  })
})
