import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { $build } from 'strophe.js'
import { ArgumentError, LimitError, MissingError } from '../../../../src/errors.js'
import { atom, type XmppCodec } from '../../../../src/streams/transports/xmpp/index.js'
import { until } from '../../../until.js'
import { openedFeeds } from './opened-feeds.js'
import { parseXml } from './parse-xml.js'
import { itemXml, type Row, StubNode } from './stub-node.js'
import { errorXml, infoXml } from './stub-session.js'

const publishOptions = 'http://jabber.org/protocol/pubsub#publish-options'
const pubsub = (content: string): string => `<pubsub xmlns="http://jabber.org/protocol/pubsub">${content}</pubsub>`

/** What a second review found, each of which was wrong once. */
describe('a node of XMPP, at more of its edges', () => {
  const { live, open } = openedFeeds()

  describe('with publishOptions', () => {
    const make = (features: readonly string[] = [publishOptions]): StubNode => {
      const stub = new StubNode({ publishOptions: { accessModel: 'open' } })
      stub.items.set('a', 1)
      stub.answer = (request) => (request.includes('disco#info') ? infoXml(['pubsub/service'], features) : undefined)
      return stub
    }

    it('does not let a retract overtake the publish before it', async () => {
      const stub = make()
      await Promise.all([stub.node.publish({ n: 2 }, { id: 'a' }), stub.node.retract('a')])
      assert.equal(stub.items.has('a'), false)
    })

    it('does not let a patch read before the publish before it', async () => {
      const stub = make()
      await Promise.all([stub.node.publish({ n: 7 }, { id: 'a' }), stub.node.patch('a', {})])
      assert.equal(stub.items.get('a'), 7)
    })

    it('publishes nothing where there are none, but retracts', async () => {
      const stub = make([])
      await assert.rejects(stub.node.publish({ n: 2 }, { id: 'a' }), MissingError)
      await stub.node.retract('a')
      assert.deepEqual([...stub.items], [])
    })
  })

  it('publishes by a codec that reads by namespace', async () => {
    const codec = {
      encode: ({ n }: Row) => $build('row', { xmlns: 'urn:rows' }).c('n').t(String(n)),
      decode: (payload: Element) => ({ n: Number(payload.getElementsByTagNameNS('urn:rows', 'n')[0]!.textContent) }),
    } as XmppCodec<Row>
    const stub = new StubNode({ codec })
    await stub.node.publish({ n: 3 }, { id: 'a' })
    assert.equal(stub.asked('<row xmlns="urn:rows"><n>3</n></row>'), 1)
  })

  it('does not subscribe for who has left before the node was found', async () => {
    const stub = new StubNode()
    stub.node.feed().subscribe().unsubscribe()
    await stub.answered()
    assert.deepEqual(stub.session.asked, [])
    const feed = await live(stub)
    assert.equal(feed.take(), '')
    assert.equal(stub.asked('<subscribe'), 1)
  })

  describe('that is read by pages', () => {
    const page = (id: string, last: string): string =>
      pubsub(
        `<items node="rows">${itemXml(id, 1)}</items><set xmlns="http://jabber.org/protocol/rsm"><first>x</first><last>${last}</last></set>`,
      )

    it('is not read on for who has left', async () => {
      const stub = new StubNode({ pageSize: 1 })
      let pages = 0
      const subscription = stub.node.feed().subscribe()
      stub.answer = (request) => {
        if (!request.includes('<items')) return undefined
        if (++pages === 3) subscription.unsubscribe()
        return page(`k${pages}`, String(pages))
      }
      await stub.answered()
      assert.equal(pages, 3)
    })

    it('ends where marks lead round in a circle', async () => {
      const stub = new StubNode({ pageSize: 1 })
      let pages = 0
      stub.answer = (request) => (request.includes('<items') ? page(`k${pages % 2}`, String(pages++ % 2)) : undefined)
      const feed = open(stub)
      await stub.answered()
      assert.deepEqual([pages, feed.take()], [3, 'R +k0 +k1 .'])
    })

    it('ends at a page that brings nothing new, whatever its mark', async () => {
      const stub = new StubNode({ pageSize: 1 })
      let pages = 0
      stub.answer = (request) => (request.includes('<items') ? page('k', String(pages++)) : undefined)
      const feed = open(stub)
      await until(() => feed.take() === 'R +k .')
      assert.equal(pages, 2)
    })
  })

  describe('when the server is busy for a moment', () => {
    afterEach(() => {
      mock.timers.reset()
    })
    const busy = (stub: StubNode, text: string): void => {
      stub.answer = (request) => {
        if (!request.includes(text)) return undefined
        stub.answer = () => undefined
        return errorXml('resource-constraint', 'wait')
      }
    }

    for (const text of ['<subscribe', '<items'])
      it(`reads everything again later, if that is its answer to ${text}>`, async () => {
        const stub = new StubNode({ pageSize: 10 })
        const feed = await live(stub)
        mock.timers.enable({ apis: ['setTimeout'] })
        stub.items.delete('a')
        busy(stub, text)
        stub.tell('<configuration node="rows"/>')
        await stub.answered()
        assert.equal(feed.take(), '')
        mock.timers.tick(60_000)
        await stub.answered()
        assert.equal(feed.take(), '-a .')
      })

    it('reads everything again if that is its answer to who asks for one', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.items.set('a', 3)
      busy(stub, '<item id')
      stub.tell('<items node="rows"><item id="a"/></items>')
      await stub.answered()
      assert.equal(feed.take(), '~a .')
    })

    it('a write is done when its item could be read', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      busy(stub, '<item id="c"/>')
      await stub.node.publish({ n: 3 }, { id: 'c' })
      assert.equal(feed.take(), '+c .')
    })

    it('a write is refused as the server refuses it', async () => {
      const stub = new StubNode()
      busy(stub, '<publish')
      await assert.rejects(stub.node.publish({ n: 3 }), LimitError)
    })
  })

  it('is left by who hears of a bad item, in the middle of a message', async () => {
    const stub: StubNode = new StubNode({
      onBadItem: () => {
        subscription.unsubscribe()
      },
    })
    const subscription = stub.node.feed().subscribe()
    await stub.answered()
    const entry = (text: string): string => `<entry xmlns="http://www.w3.org/2005/Atom">${text}</entry>`
    stub.tell(`<items node="rows"><item id="x">${entry('no json')}</item><item id="y">${entry('{"n":1}')}</item></items>`)
    assert.equal(subscription.closed, true)
  })

  it('refuses an empty id, and a page of two and a half items', async () => {
    const { node } = new StubNode()
    await assert.rejects(node.publish({ n: 1 }, { id: '' }), ArgumentError)
    for (const max of [2.5, -1, Number.NaN]) await assert.rejects(node.page({ max }), ArgumentError)
  })

  it('gives pages of what a server without pages sends at once', async () => {
    const stub = new StubNode()
    for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) stub.items.set(id, i)
    const keys = async (range: object): Promise<string> => (await stub.node.page(range)).items.map(([id]) => id).join('')
    // It lists the ids of its items the newest first, as Prosody does, which one hears of with the first page.
    stub.answer = (request) =>
      request.includes('disco#items')
        ? `<query xmlns="http://jabber.org/protocol/disco#items">${[...stub.items.keys()]
            .reverse()
            .map((id) => `<item jid="pubsub.example.org" name="${id}"/>`)
            .join('')}</query>`
        : undefined
    assert.deepEqual([await keys({ max: 2 }), await keys({ max: 2, after: 'b' }), await keys({ max: 1, before: 'c' })], ['ab', 'cd', 'b'])
    assert.equal(stub.asked('disco#items'), 3)
  })

  it('reads an Atom entry with many elements of one name in time that grows as they do', () => {
    // It took minutes when each element copied those before it.
    const n = 300_000
    const entry = parseXml(`<entry xmlns="http://www.w3.org/2005/Atom">${'<a/>'.repeat(n)}</entry>`)
    assert.equal(atom<{ a: unknown[] }>().decode(entry).a.length, n)
  })
})
