import '../../../services/quiet-strophe.js'
import assert from 'node:assert/strict'
import { filter, firstValueFrom } from 'rxjs'
import { DeniedError, MissingError } from '../../../../src/errors.js'
import { asMap, type Feed, type Key } from '../../../../src/streams/index.js'
import { checkLaws } from '../../../../src/streams/testing/index.js'
import {
  atom,
  type BadItem,
  connectXmpp,
  jsonContainer,
  jsonEntry,
  rawElement,
  singleton,
  singletonId,
  withPublisher,
  type XmppCodec,
  type XmppOptions,
  type XmppTransport,
} from '../../../../src/streams/transports/xmpp/index.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import { createNode, type XmppAccount, type XmppSession } from '../../../services/xmpp-session.js'

interface Row {
  readonly n?: number
  readonly text?: string
  readonly author?: string
}

for (const [name, startServer] of Object.entries({ Prosody: startProsody, ejabberd: startEjabberd })) {
  describe(`nodes on ${name}`, () => {
    let server: XmppServer
    let account: XmppAccount
    let witness: XmppSession
    let transport: XmppTransport
    let serial = 0
    let node: string
    before(async function () {
      server = await startServer(this)
      account = await server.user('tester')
      witness = await server.session(account)
    })
    after(async () => {
      await (witness as XmppSession | undefined)?.close()
      await (server as XmppServer | undefined)?.stop()
    })
    beforeEach(() => {
      node = `rows-${String(++serial)}`
      transport = connect()
    })
    afterEach(() => transport.close())

    const connect = (options: Partial<XmppOptions> = {}): XmppTransport =>
      connectXmpp({ service: server.wsUrl, ...account, pubsub: server.pubsub, backoff: { base: 1, max: 20 }, echo: 60_000, ...options })
    const create = (config: Record<string, string> = {}): Promise<void> => createNode(witness, server.pubsub, node, config)
    const ask = (type: 'get' | 'set', request: string, owner = ''): Promise<string> =>
      witness.iq(type, server.pubsub, `<pubsub xmlns='http://jabber.org/protocol/pubsub${owner}'>${request}</pubsub>`)
    const put = (id: Key, text: string): Promise<string> =>
      ask('set', `<publish node='${node}'><item id='${id}'><entry xmlns='http://www.w3.org/2005/Atom'>${text}</entry></item></publish>`)

    describe('a feed', () => {
      it('empties when the node is purged', async () => {
        await create({ notify_retract: 'true' })
        await put('a', '{"n":1}')
        const feed = transport.node<Row>(node).feed()
        const state = watch(feed)
        await state.until((map) => map.size === 1)
        await ask('set', `<purge node='${node}'/>`, '#owner')
        await state.until((map) => map.size === 0)
      })

      it('ends when the node is deleted and the server says so', async () => {
        await create({ notify_delete: 'true' })
        const state = watch(transport.node<Row>(node).feed())
        await state.until(() => true)
        await ask('set', `<delete node='${node}'/>`, '#owner')
        assert.ok((await state.failed) instanceof MissingError)
      })

      it('whose subscription is taken away ends, or where the server is silent about it has a new one when it reads everything again', async () => {
        await create()
        const state = watch(transport.node<Row>(node, { refresh: 50 }).feed())
        await state.until(() => true)
        const gone = `<subscriptions node='${node}'><subscription jid='${transport.jid}' subscription='none'/></subscriptions>`
        await ask('set', gone, '#owner')
        if (server.name === 'ejabberd') assert.ok((await state.failed) instanceof DeniedError)
        else {
          await put('a', '{"n":1}')
          await state.until((map) => map.size === 1)
        }
      })

      it('of one who was made an outcast ends', async () => {
        await create()
        const guest = connect(await server.user(`guest-${node}`))
        const state = watch(guest.node<Row>(node, { refresh: 50 }).feed())
        await state.until(() => true)
        const jid = guest.jid.split('/')[0]!
        await ask('set', `<affiliations node='${node}'><affiliation jid='${jid}' affiliation='outcast'/></affiliations>`, '#owner')
        assert.ok((await state.failed) instanceof DeniedError)
        await guest.close()
      })

      it('fetches what is notified without payload', async () => {
        await create({ deliver_payloads: 'false' })
        const state = watch(transport.node<Row>(node).feed())
        await state.until(() => true)
        await put('a', '{"n":1}')
        await put('b', '{"n":2}')
        await state.until((map) => map.get('a')?.n === 1 && map.get('b')?.n === 2)
      })

      it('has what the server lists after publishes and retracts at once', async () => {
        await create({ notify_retract: 'true' })
        const state = watch(transport.node<Row>(node).feed())
        await state.until(() => true)
        const racers = await Promise.all([server.session(account), server.session(account)])
        const set = (racer: XmppSession, request: string): Promise<string> =>
          racer.iq('set', server.pubsub, `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${request}</pubsub>`)
        for (let i = 0; i < 60; i++) {
          const id = `i${i % 12}`
          const item = `<item id='${id}'><entry xmlns='http://www.w3.org/2005/Atom'>{"n":2}</entry></item>`
          const first = put(id, '{"n":1}')
          // Who comes first is told that there is no such item.
          const retract = set(racers[0], `<retract node='${node}' notify='true'><item id='${id}'/></retract>`).catch(String)
          await Promise.all([first, retract, set(racers[1], `<publish node='${node}'>${item}</publish>`)])
        }
        const idsOf = (answer: string): string[] => [...answer.matchAll(/<item[^>]* id=['"](i\d+)/g)].map(([, id]) => id!)
        const listed = idsOf(await ask('get', `<items node='${node}'/>`)).sort()
        await state.until((map) => [...map.keys()].sort().join() === listed.join())
        const unlisted = Array.from({ length: 12 }, (_, i) => `i${i}`).filter((id) => !listed.includes(id))
        // Some that ejabberd has lost from its list it still gives, if it is asked for one, and says that it was published.
        for (const id of unlisted) {
          const isGiven = async (...ids: readonly string[]): Promise<boolean> =>
            idsOf(await ask('get', `<items node='${node}'>${ids.map((id) => `<item id='${id}'/>`).join('')}</items>`)).includes(id)
          if (!(await isGiven(id))) continue
          for (const n of [8, 9]) await put(id, `{"n":${n}}`)
          await state.until((map) => map.get(id)?.n === 9)
          const isListed = await isGiven()
          await state.until((map) => map.has(id) === isListed)
        }
        for (const racer of racers) await racer.close()
      })

      it('over BOSH waits for no timer of strophe’s, which looks every 100 ms', async () => {
        await create()
        const { setTimeout: original } = globalThis
        const later = (act: () => void, delay?: number, ...args: []): NodeJS.Timeout => original(act, delay === 100 ? 1e6 : delay, ...args)
        globalThis.setTimeout = later as typeof setTimeout
        try {
          const bosh = connect({ service: server.boshUrl })
          const rows = bosh.node<Row>(node)
          const state = watch(rows.feed())
          await state.until(() => true)
          for (const n of [1, 2, 3]) await rows.publish({ n }, { id: 'own' })
          for (const n of [1, 2, 3]) await put('other', `{"n":${n}}`)
          await state.until((map) => map.get('own')?.n === 3 && map.get('other')?.n === 3)
          await bosh.close()
        } finally {
          globalThis.setTimeout = original
        }
      })

      it('over BOSH never sends two requests at once, which may come in another order: then ejabberd answers none any more', async () => {
        await create()
        const { fetch: original } = globalThis
        const begun: number[] = []
        globalThis.fetch = (...args) => {
          begun.push(performance.now())
          return original(...args)
        }
        try {
          const bosh = connect({ service: server.boshUrl })
          const rows = bosh.node<Row>(node)
          const state = watch(rows.feed())
          await state.until(() => true)
          const mine = Array.from({ length: 40 }, (_, n) => rows.publish({ n }, { id: `own ${n}` }))
          for (let n = 0; n < 20; n++) await Promise.all([put('other', `{"n":${n}}`), rows.publish({ n }, { id: 'own' })])
          await Promise.all(mine)
          await state.until((map) => map.size === 42 && map.get('other')?.n === 19)
          await bosh.close()
        } finally {
          globalThis.fetch = original
        }
        // The last is sent as the connection is closed, which waits for nothing.
        const gaps = begun.slice(1, -1).map((time, index) => time - begun[index]!)
        assert.ok(Math.min(...gaps) >= 3, gaps.map((gap) => gap.toFixed(1)).join(' '))
      })

      it('loses what max_items trims', async () => {
        await create({ max_items: '2' })
        for (const n of [1, 2]) await put(`i${n}`, `{"n":${n}}`)
        const state = watch(transport.node<Row>(node, { create: { maxItems: 2 } }).feed())
        await state.until((map) => map.size === 2)
        // ejabberd trims when the next one comes.
        for (const n of [3, 4]) await put(`i${n}`, `{"n":${n}}`)
        await state.until((map) => map.size === 2 && map.has('i3') && map.has('i4'))
      })

      it('that is loading when something is written has it when the write is done', async () => {
        const rows = transport.node<Row>(node, { create: true })
        const states = [{}, { filter: { n: 1 } }].map((query) => watch(rows.feed(query)))
        await rows.publish({ n: 1 }, { id: 'a' })
        for (const { map } of states) assert.deepEqual([...map], [['a', { n: 1 }]])
      })

      it('of a singleton has one item, which each write changes', async () => {
        await create({ max_items: '1' })
        const singular = transport.node<Row>(node, { create: singleton })
        const state = watch(singular.feed())
        await state.until((map) => map.size === 0)
        for (const n of [1, 2, 3]) {
          await singular.publish({ n }, { id: singletonId })
          assert.deepEqual([...state.map], [[singletonId, { n }]])
        }
      })

      it('finds what was retracted without notice when it reads everything again', async () => {
        await create({ notify_retract: 'false' })
        await put('a', '{"n":1}')
        await put('b', '{"n":2}')
        const state = watch(transport.node<Row>(node, { refresh: 50 }).feed())
        await state.until((map) => map.size === 2)
        await ask('set', `<retract node='${node}'><item id='a'/></retract>`)
        await state.until((map) => map.size === 1)
      })

      it('goes on beside an item that can’t be read, and tells of it', async () => {
        await create()
        await put('bad', 'no JSON')
        const bad: BadItem[] = []
        const state = watch(transport.node<Row>(node, { onBadItem: (item) => bad.push(item) }).feed())
        await state.until(() => true)
        await put('worse', '{&quot;__proto__&quot;:1}')
        await put('good', '{"n":1}')
        await state.until((map) => map.has('good'))
        // ejabberd sends the last item on subscription as well.
        assert.deepEqual(new Set(bad.map(({ id }) => id)), new Set(['bad', 'worse']))
        assert.match(bad[0]!.raw, /no JSON/)
      })

      it('goes on after its session was kicked', async () => {
        await create()
        await put('a', '{"n":1}')
        const state = watch(transport.node<Row>(node).feed())
        await state.until((map) => map.size === 1)
        const offline = firstValueFrom(transport.status$.pipe(filter((status) => status.state === 'offline')))
        await server.kick(transport.jid)
        await offline
        await put('b', '{"n":2}')
        await state.until((map) => map.size === 2)
      })
    })

    it('items have the ids that the server makes, if it shall', async () => {
      await create()
      const rows = transport.node<Row>(node, { serverIds: true })
      const state = watch(rows.feed())
      await state.until(() => true)
      const ids = [await rows.publish({ n: 1 }), await rows.publish({ n: 2 })]
      assert.deepEqual([...state.map.keys()].sort(), ids.sort())
      assert.notEqual(ids[0], ids[1])
    })

    it('items tell their publisher, where the node exposes it', async () => {
      await create(server.name === 'prosody' ? { expose_publisher: 'true' } : { itemreply: 'publisher' })
      const rows = transport.node<Row>(node, { codec: withPublisher(jsonEntry<Row>(), 'author') })
      const state = watch(rows.feed())
      await state.until(() => true)
      await rows.publish({ n: 1, author: 'somebody@else' }, { id: 'a' })
      assert.equal((await rows.get('a'))?.author?.split('/')[0], account.jid)
      await rows.patch('a', { n: 2 })
      assert.equal(state.map.get('a')?.n, 2)
    })

    it('publishes with publish-options if the node is as they say, else not at all', async () => {
      await create({ access_model: 'open' })
      await transport.node<Row>(node, { publishOptions: { accessModel: 'open' } }).publish({ n: 1 }, { id: 'a' })
      const other = connect()
      const strict = other.node<Row>(node, { publishOptions: { accessModel: 'whitelist' } })
      await assert.rejects(strict.publish({ n: 2 }, { id: 'b' }), /ConflictError/)
      assert.deepEqual([await strict.get('a'), await strict.get('b')], [{ n: 1 }, undefined])
      await other.close()
    })

    it('writes with publish-options in the order of the calls, also the first of a connection', async () => {
      await create({ access_model: 'open' })
      const rows = transport.node<Row>(node, { publishOptions: { accessModel: 'open' } })
      await Promise.all([
        rows.publish({ n: 1 }, { id: 'a' }),
        rows.retract('a'),
        rows.publish({ n: 2 }, { id: 'b' }),
        rows.patch('b', { text: 'more' }),
      ])
      assert.deepEqual([await rows.get('a'), await rows.get('b')], [undefined, { n: 2, text: 'more' }])
    })

    describe('a codec', () => {
      const element = {
        name: 'note',
        xmlns: 'urn:example',
        attributes: { lang: 'de' },
        children: ['Grüße ', { name: 'b', xmlns: 'urn:example', attributes: {}, children: ['ß<&'] }],
      }
      const cases: readonly (readonly [string, XmppCodec<never>, object])[] = [
        ['JSON in an entry', jsonEntry<never>(), { text: 'a <b> & "c" \u2028 ü 😀', at: new Date(0), list: [1, null, { x: true }] }],
        ['a JSON container', jsonContainer<never>(), { text: 'a <b> & "c"', at: new Date(0) }],
        ['Atom', atom<never>(), { title: 'a <b>', updated: '2020-01-01T00:00:00Z', n: 1, author: { name: 'x' } }],
        ['an element', rawElement as XmppCodec<never>, element],
      ]
      for (const [what, codec, item] of cases) {
        it(`brings ${what} there and back`, async () => {
          await create()
          const rows = transport.node<never>(node, { codec })
          const state = watch(rows.feed())
          await state.until(() => true)
          await rows.publish(item as never, { id: 'a' })
          assert.deepEqual(state.map.get('a'), item)
          assert.deepEqual(await rows.get('a'), item)
        })
      }
    })

    it('a service is the same in capitals', async () => {
      await create()
      const other = connect({ pubsub: server.pubsub.toUpperCase() })
      const state = watch(other.node<Row>(node).feed())
      await state.until(() => true)
      await put('a', '{"n":1}')
      await state.until((map) => map.has('a'))
      await other.close()
    })

    it('a service that is none says so', async () => {
      const other = connect({ pubsub: server.domain })
      const state = watch(other.node<Row>('rows').feed())
      assert.ok((await state.failed) instanceof MissingError)
      await other.close()
    })
  })
}

/** The committed state of a feed. */
function watch<T extends object>(feed: Feed<T>) {
  let check = (): void => undefined
  let fail: (error: unknown) => void
  const state = {
    map: new Map() as ReadonlyMap<Key, T>,
    ready: false,
    failed: new Promise<unknown>((resolve) => {
      fail = resolve
    }),
    until: (holds: (map: ReadonlyMap<Key, T>) => boolean): Promise<void> =>
      new Promise((resolve, reject) => {
        void state.failed.then(reject)
        check = () => {
          if (state.ready && holds(state.map)) resolve()
        }
        check()
      }),
  }
  feed.pipe(checkLaws(), asMap()).subscribe({
    next: (map) => {
      state.map = map
      state.ready = true
      check()
    },
    error: (error) => {
      fail(error)
    },
  })
  return state
}
