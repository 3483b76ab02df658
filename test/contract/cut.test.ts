import assert from 'node:assert/strict'
import fc from 'fast-check'
import { filter, firstValueFrom } from 'rxjs'
import type { Transport } from '../../src/streams/node.js'
import { startDnode } from './dnode-driver.js'
import type { ContractNote } from '../../src/streams/testing/index.js'
import { Recorder } from '../../src/streams/testing/contract/recorder.js'

const offline = (transport: Transport) => firstValueFrom(transport.status$.pipe(filter(({ state }) => state === 'offline')))

for (const scheme of ['ws', 'tcp'] as const) {
  describe(`a connection over ${scheme} that is cut at any byte`, () => {
    it('comes back to the same state, hears no event too many and writes everything once', async () => {
      const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')
      const write = fc.record({ id, n: fc.option(fc.nat(3), { nil: undefined }) })
      await fc.assert(
        fc.asyncProperty(
          fc.nat(3000),
          fc.array(write, { maxLength: 8 }),
          fc.array(fc.nat(9), { maxLength: 5 }),
          async (bytes, foreign, own) => {
            const { env, proxy } = await startDnode(scheme)
            const steady = env.transport({ steady: true })
            proxy.cutAfterBytes(bytes)
            const cut = env.transport()
            try {
              const writer = steady.node<ContractNote>('notes')
              const truth = await new Recorder(writer.feed()).ready()
              const notes = cut.node<ContractNote>('notes')
              const feed = new Recorder(notes.feed())
              const writes = own.map((n) => notes.publish({ title: 'own', n }, { create: true }))
              for (const { id: key, n } of foreign) {
                if (n !== undefined) await writer.publish({ title: key, n }, { id: key })
                else if (key in truth.state) await writer.retract(key)
              }
              if (!proxy.isCut) proxy.cut()
              await offline(cut)
              const before = feed.state
              feed.heard()
              const resumes = feed.commits > 0
              proxy.mend()
              const ids = await Promise.all(writes)
              await writer.publish({ title: 'end' }, { id: 'end' })
              await feed.until((state) => 'end' in state)
              assert.deepEqual(feed.state, truth.state)
              assert.equal(new Set(ids).size, own.length)
              assert.equal(Object.values(truth.state).filter(({ title }) => title === 'own').length, own.length)
              if (!resumes) return
              for (const event of feed.events) {
                assert.notEqual(event.type, 'reset')
                if (event.type === 'change') assert.notDeepEqual(event.item, event.previous)
                if (event.type === 'publish') assert.ok(!(event.id in before))
              }
            } finally {
              await Promise.all([steady.close(), cut.close()])
              await env.stop()
            }
          },
        ),
        { numRuns: 30 },
      )
    })
  })
}
