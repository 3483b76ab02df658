import assert from 'node:assert/strict'
import fc from 'fast-check'
import { PubSubNode } from '../../../../src/backbone/compat/xmpp/index.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import { Stage } from './stage.js'

type Act =
  | { readonly by: 'old'; readonly act: 'publish' | 'retract'; readonly id: string; readonly n: number }
  | { readonly by: 'us'; readonly act: 'create' | 'save' | 'destroy' | 'fetch'; readonly n: number; readonly wait: boolean }
  | { readonly by: 'net'; readonly n: number }

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      by: fc.constant('old' as const),
      act: fc.constantFrom('publish' as const, 'publish' as const, 'retract' as const),
      id: fc.constantFrom('a', 'b', 'c'),
      n: fc.nat(9),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      by: fc.constant('us' as const),
      act: fc.constantFrom('create' as const, 'save' as const, 'destroy' as const, 'fetch' as const),
      n: fc.nat(9),
      wait: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by: fc.constant('net' as const), n: fc.nat(9) }) },
)

for (const start of [startProsody, startEjabberd]) {
  describe(`a PubSubNode over ${start.name.slice(5)}, whatever is written, fetched and cut`, () => {
    let server: XmppServer
    let stage: Stage
    before(async function () {
      server = await start(this)
      stage = await Stage.open(server)
    })
    after(async () => {
      await stage.close()
      await server.stop()
    })

    it('ends up as the node, without a model twice', async function () {
      this.timeout(60_000)
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 15 }), async (acts) => {
          const node = await stage.node()
          const todos = new PubSubNode([], { id: node, connection: stage.connection })
          todos.fetch()
          const seen = new Map<string, number>()
          todos.on('add', ({ id }: { id?: string }) => id !== undefined && seen.set(id, (seen.get(id) ?? 0) + 1))
          todos.on('remove', ({ id }: { id?: string }) => id !== undefined && seen.set(id, (seen.get(id) ?? 0) - 1))
          const written: PromiseLike<unknown>[] = []
          for (const each of acts) await perform(each, todos, node, written)
          await Promise.allSettled(written)
          await stage.old.publish(node, 'mark', { n: 0 })
          while (!todos.get('mark')) await new Promise((resolve) => todos.once('all', resolve))
          await todos.fetch()
          const shown = Object.fromEntries(todos.map(({ id, attributes }) => [id, attributes['n']]))
          const items = await stage.old.json(node)
          todos.stop()
          assert.deepEqual(shown, Object.fromEntries(Object.entries(items).map(([id, item]) => [id, (item as { n: number }).n])))
          assert.equal(todos.length, Object.keys(items).length)
          for (const [id, count] of seen) assert.ok(count <= 1, `${id} was added ${count} times`)
        }),
        { numRuns: 12 },
      )
    })

    async function perform(each: Act, todos: PubSubNode, node: string, written: PromiseLike<unknown>[]): Promise<void> {
      const { old } = stage
      if (each.by === 'net') {
        await stage.outage(() => old.publish(node, 'd', { n: each.n }))
        return
      }
      if (each.by === 'old') {
        if (each.act === 'publish') await old.publish(node, each.id, { n: each.n })
        else await old.retract(node, each.id).catch(() => undefined)
        return
      }
      const own = todos.find((model) => model.get('ours') === true && !model.isNew())
      const { wait } = each
      if (each.act === 'create') {
        await new Promise((done) => todos.create({ n: each.n, ours: true }, { wait, success: done, error: done }))
      } else if (each.act === 'save' && own) written.push(own.save({ n: each.n }, { wait }))
      else if (each.act === 'destroy' && own) written.push(own.destroy({ wait }) as unknown as PromiseLike<unknown>)
      else if (each.act === 'fetch') written.push(todos.fetch())
    }
  })
}
