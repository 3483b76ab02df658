import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { filter, firstValueFrom } from 'rxjs'
import type { FeedNode, Transport } from '../../../src/streams/node.js'
import { Recorder } from '../../../src/streams/testing/contract/recorder.js'
import { connectDnode } from '../../../src/streams/transports/dnode/index.js'
import { type Child, startChild } from '../../services/process.js'
import { temporaryFolder } from '../cli/run-cli.js'

interface Counted {
  title: string
  /** How often the server has saved it. */
  saves?: number
}

const program = fileURLToPath(new URL('mortal-server.ts', import.meta.url))

/** The write that the server dies of; what the store holds then, and must still hold after the write has been repeated. */
const cases: [write: string, run: (notes: FeedNode<Counted>) => Promise<unknown>, held: Record<string, Counted>][] = [
  [
    'a create',
    (notes) => notes.publish({ title: 'one' }, { id: 'b', create: true }),
    { a: { title: 'old', saves: 1 }, b: { title: 'one', saves: 1 } },
  ],
  ['a patch', (notes) => notes.patch('a', { title: 'new' }), { a: { title: 'new', saves: 2 } }],
  ['a retract', (notes) => notes.retract('a'), {}],
]

describe('a server that is killed with -9 between the commit of a write and its answer', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let children: Child[]
  let transport: Transport | undefined
  beforeEach(() => {
    folder = temporaryFolder()
    children = []
  })
  afterEach(async () => {
    await transport?.close()
    await Promise.all(children.map((child) => child.kill()))
    folder.remove()
  })

  const start = async (scheme: string, port: string, ...more: string[]): Promise<{ port: string; holds: Record<string, Counted> }> => {
    const args = ['--import=tsx', program, scheme, folder.path, port, ...more]
    const child = await startChild({ command: process.execPath, args, ready: /^port (\d+)$/ })
    children.push(child)
    const [, documents] = await child.line(/^holds (.*)$/)
    const items = (JSON.parse(documents!) as (Counted & { _id: string })[]).map(({ _id, title, saves }) => [_id, { title, saves }])
    return { port: child.ready[1]!, holds: Object.fromEntries(items) as Record<string, Counted> }
  }

  for (const [index, [what, run, held]] of cases.entries()) {
    const scheme = index === 0 ? 'ws' : 'tcp'
    it(`has carried out ${what} once, and the repeated one resolves (${scheme})`, async () => {
      const { port } = await start(scheme, '0')
      transport = connectDnode({ url: `${scheme}://127.0.0.1:${port}`, backoff: { base: 1, max: 50 } })
      const { status$ } = transport
      const comes = (state: string) => firstValueFrom(status$.pipe(filter((status) => status.state === state)))
      const notes = transport.node<Counted>('notes')
      const feed = await new Recorder(notes.feed()).ready()
      await notes.publish({ title: 'old' }, { id: 'a' })
      await children[0]!.kill()
      await start(scheme, port, 'mortal')
      await comes('online')

      let resolved = false
      const before = feed.state
      const write = run(notes).then(() => (resolved = true))
      await comes('offline')
      assert.equal(await children[1]!.stop(), 'SIGKILL')
      assert.equal(resolved, false)
      assert.deepEqual(feed.state, before)

      feed.heard()
      assert.deepEqual((await start(scheme, port)).holds, held)
      await write
      assert.deepEqual(feed.state, held)
      assert.equal(feed.heard().length, 1)
    }).timeout(60_000)
  }
})
