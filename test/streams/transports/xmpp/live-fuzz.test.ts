import assert from 'node:assert/strict'
import { asMap } from '../../../../src/streams/index.js'
import { checkLaws } from '../../../../src/streams/testing/index.js'
import { jsonEntry } from '../../../../src/streams/transports/xmpp/codecs/json-codecs.js'
import { rawTextOf } from '../../../../src/streams/transports/xmpp/dom.js'
import { XmppNode } from '../../../../src/streams/transports/xmpp/node.js'
import { parseEvent, type PubsubEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import { XmppRoot } from '../../../../src/streams/transports/xmpp/root.js'
import { seed } from '../../../seed.js'
import { Mutator } from './mutator.js'
import { StubSession } from './stub-session.js'

const runs = 100_000
const codec = jsonEntry<object>()
const service = 'pubsub.example'

describe('the live handler of a node', () => {
  it('takes 100,000 mutated stanzas: nothing throws, and its state is always that of the server', async function () {
    this.timeout(240_000)
    /** What the server has, by what it has told: every stanza is an event of its own making. */
    const items = new Map<string, string>()
    const session = new StubSession((request) => (request.includes('<items') ? itemsXml(items, request) : ''))
    let bad = 0
    const link = {
      session,
      root: new XmppRoot(),
      echo: 20,
      online: () => true,
      closed: () => false,
      read: <R>(_: string, read: () => Promise<R>) => read(),
      write: <R>(write: () => Promise<R>) => write(),
      ensure: () => Promise.resolve(),
      forget: () => undefined,
    }
    const node = new XmppNode<object>('news', service, { refresh: 0, codec, onBadItem: () => void bad++ }, link)
    const seen = { commits: 0, ends: 0 }
    let state: ReadonlyMap<string, object> | undefined
    let running = false
    const open = (): void => {
      running = true
      node
        .feed()
        .pipe(checkLaws(), asMap())
        .subscribe({
          next: (map) => {
            seen.commits++
            state = map
          },
          error: () => {
            seen.ends++
            running = false
          },
        })
    }
    const mutator = new Mutator(seed)
    for (let run = 0; run < runs; run++) {
      if (!running) {
        open()
        await settled(session)
      }
      const stanza = run % 2 === 0 ? mutator.fromText() : mutator.fromTree()
      try {
        for (const event of parseEvent(stanza)) {
          if (event.service !== service || event.node !== 'news') continue
          follow(items, event)
          node.receive(event)
        }
      } catch (cause) {
        throw new Error(`seed ${String(seed)}, run ${String(run)}: ${rawTextOf(stanza)}`, { cause })
      }
      if (run % 20 !== 19 || !running) continue
      await settled(session)
      const wanted = [...items].map(([id, text]) => [id, JSON.parse(text) as object])
      assert.deepEqual(Object.fromEntries(state!), Object.fromEntries(wanted), `seed ${String(seed)}, run ${String(run)}`)
    }
    // Else the mutations break so much that nothing is tested.
    assert.ok(seen.commits > runs / 100 && seen.ends > 50 && bad > 1000, JSON.stringify({ ...seen, bad }))
    node.end()
  })
})

/** The same in the words of a server. */
function follow(items: Map<string, string>, event: PubsubEvent): void {
  if (event.type === 'purge') items.clear()
  if (event.type === 'unreadable' && event.id !== undefined) items.delete(event.id)
  if (event.type !== 'items') return
  for (const id of event.retracted) items.delete(id)
  for (const { id, payload } of event.published) {
    if (payload === undefined) continue
    try {
      items.set(id, JSON.stringify(codec.decode(payload)))
    } catch {
      items.delete(id)
    }
  }
}

function itemsXml(items: ReadonlyMap<string, string>, request: string): string {
  const asked = [...request.matchAll(/<item id="([^"]*)"/g)].map(([, id]) => id!)
  const list = [...items].filter(([id]) => asked.length === 0 || asked.includes(id))
  const xml = list.map(([id, text]) => `<item id="${escape(id)}"><entry xmlns="http://www.w3.org/2005/Atom">${escape(text)}</entry></item>`)
  return `<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="news">${xml.join('')}</items></pubsub>`
}

function escape(text: string): string {
  return text.replace(/[&<>"\n\t]/g, (it) => `&#${String(it.charCodeAt(0))};`)
}

/** When all requests on the way are answered. */
async function settled(session: StubSession): Promise<void> {
  for (let asked = -1; asked !== session.asked.length;) {
    asked = session.asked.length
    await new Promise(setImmediate)
  }
  session.asked.length = 0
}
