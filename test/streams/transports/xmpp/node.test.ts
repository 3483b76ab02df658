import assert from 'node:assert/strict'
import { ConflictError, ConnectionError, DeniedError, MissingError } from '../../../../src/errors.js'
import { record } from '../../recorder.js'
import { until } from '../../../until.js'
import { openedFeeds } from './opened-feeds.js'
import { itemXml, type Row, StubNode } from './stub-node.js'
import { errorXml, infoXml } from './stub-session.js'
import { uncaught } from '../../../uncaught.js'

const namespace = 'http://jabber.org/protocol/pubsub'
const pubsub = (content: string): string => `<pubsub xmlns="${namespace}">${content}</pubsub>`

describe('a node of XMPP', () => {
  const { open, live, close } = openedFeeds()

  describe('tells of an event', () => {
    for (const [what, content, told] of [
      ['a new item', `<items node="rows">${itemXml('c', 3)}</items>`, '+c .'],
      ['an item that is known', `<items node="rows">${itemXml('a', 3)}</items>`, '~a .'],
      ['an item that is the same', `<items node="rows">${itemXml('a', 1)}</items>`, ''],
      ['several items, in one commit', `<items node="rows">${itemXml('c', 3)}${itemXml('a', 5)}</items>`, '+c ~a .'],
      ['a retract', '<items node="rows"><retract id="a"/></items>', '-a .'],
      ['a purge, in one commit', '<purge node="rows"/>', '-a -b .'],
      ['what has nothing to do with items', '<collection node="rows"><associate node="x"/></collection>', ''],
    ] as const) {
      it(what, async () => {
        const stub = new StubNode()
        const feed = await live(stub)
        stub.tell(content)
        assert.equal(feed.take(), told)
      })
    }

    it('that was kept or replayed, like any other', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      const delay = '<delay xmlns="urn:xmpp:delay" stamp="2020-01-01T00:00:00Z"/>'
      stub.tell(`<items node="rows">${itemXml('c', 3)}</items></event>${delay}<event xmlns="http://jabber.org/protocol/pubsub#event">`)
      assert.equal(feed.take(), '+c .')
    })
  })

  describe('fetches', () => {
    it('what came without payload, all of a turn at once', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.items.set('c', 3).set('d', 4)
      const before = stub.asked('<items')
      stub.tell('<items node="rows"><item id="c"/><item id="d"/></items>')
      await stub.answered()
      assert.equal(feed.take(), '+c +d .')
      assert.equal(stub.asked('<items') - before, 1)
    })

    it('what came without payload and is gone already: nothing', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.items.delete('a')
      stub.tell('<items node="rows"><item id="a"/></items>')
      await stub.answered()
      assert.equal(feed.take(), '-a .')
    })

    it('everything again when a retract names what is not there (ejabberd joins ids)', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.items.clear()
      stub.tell('<items node="rows"><retract id="ab"/></items>')
      await stub.answered()
      assert.equal(feed.take(), '-a -b .')
    })

    it('everything again when the configuration changed', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.items.delete('b')
      stub.tell('<configuration node="rows"/>')
      await stub.answered()
      assert.equal(feed.take(), '-b .')
    })

    it('everything again when the node is full: what the server drops is not told', async () => {
      const stub = new StubNode({ create: { maxItems: 2 } })
      const feed = await live(stub)
      stub.items.delete('a')
      stub.put('c', 3)
      await stub.answered()
      assert.equal(feed.take(), '+c . -a .')
    })

    it('everything again after a while', async () => {
      const stub = new StubNode({ refresh: 5 })
      const feed = await live(stub)
      stub.items.delete('a')
      await until(() => stub.asked('<items') > 1)
      await stub.answered()
      assert.equal(feed.take(), '-a .')
    })

    it('everything again, and what arrives meanwhile is newer', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.tell('<items node="rows"><retract id="x"/></items>')
      stub.answer = (request) => {
        if (!request.includes('<items')) return undefined
        stub.answer = () => undefined
        stub.tell(`<items node="rows">${itemXml('a', 9)}</items>`)
        return pubsub(`<items node="rows">${itemXml('a', 1)}</items>`)
      }
      await stub.answered()
      assert.equal(feed.take(), '~a . -b .')
    })

    it('pages where everything at once is too much', async () => {
      const stub = new StubNode()
      stub.items.set('a', 1)
      stub.answer = (request) =>
        request.includes('<items') && !request.includes('<set') ? new ConnectionError('no answer within 10 s', true) : undefined
      const feed = open(stub)
      await stub.answered()
      assert.equal(feed.take(), 'R +a .')
      assert.equal(stub.asked('<max>1000</max>'), 1)
    })

    it('pages, as long as there are any', async () => {
      const stub = new StubNode({ pageSize: 2 })
      const pages = [
        [itemXml('a', 1) + itemXml('b', 2), 'p1'],
        [itemXml('c', 3), 'p2'],
        ['', ''],
      ]
      const asked: string[] = []
      stub.answer = (request) => {
        if (!request.includes('<items')) return undefined
        asked.push(/<after>([^<]*)/.exec(request)?.[1] ?? '')
        const [items, last] = pages.shift()!
        const set = last === '' ? '' : `<first>f</first><last>${last!}</last>`
        return pubsub(`<items node="rows">${items!}</items><set xmlns="http://jabber.org/protocol/rsm">${set}<count>3</count></set>`)
      }
      const feed = open(stub)
      await stub.answered()
      assert.equal(feed.take(), 'R +a +b +c .')
      assert.deepEqual(asked, ['', 'p1', 'p2'])
    })
  })

  describe('leaves out', () => {
    it('an item that is not JSON, and tells its id and its text', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.tell(`<items node="rows"><item id="a"><entry xmlns="http://www.w3.org/2005/Atom">oops</entry></item>${itemXml('c', 3)}</items>`)
      assert.equal(feed.take(), '-a +c .')
      assert.deepEqual(
        stub.bad.map(({ id, raw, node }) => [id, /oops/.test(raw), node]),
        [['a', true, 'rows']],
      )
    })

    it('an item without an id', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.tell(`<items node="rows"><item/>${itemXml('c', 3)}</items>`)
      assert.equal(feed.take(), '+c .')
      assert.equal(stub.bad.length, 1)
    })

    it('what can’t be read in a snapshot', async () => {
      const stub = new StubNode()
      stub.answer = (request) =>
        request.includes('<items')
          ? pubsub(`<items node="rows">${itemXml('a', 1)}<item id="b"><entry/></item><strange/></items>`)
          : undefined
      const feed = open(stub)
      await stub.answered()
      assert.equal(feed.take(), 'R +a .')
      assert.equal(stub.bad.length, 2)
    })

    it('a hook that throws disturbs nobody', async () => {
      const thrown = new Error('a hook that throws')
      const stub = new StubNode({
        onBadItem: () => {
          throw thrown
        },
      })
      const feed = await live(stub)
      const reported = uncaught()
      stub.tell(`<items node="rows"><item id="x"><a/></item>${itemXml('c', 3)}</items>`)
      assert.equal(feed.take(), '+c .')
      assert.equal(await reported, thrown)
    })
  })

  describe('ends its feeds', () => {
    for (const [what, content, type] of [
      ['when it is deleted', '<delete node="rows"><redirect uri="xmpp:x"/></delete>', MissingError],
      [
        'when the subscription is taken away',
        '<subscription node="rows" jid="juliet@example.org/balcony" subscription="none"/>',
        DeniedError,
      ],
    ] as const) {
      it(what, async () => {
        const stub = new StubNode()
        const feed = await live(stub)
        stub.tell(content)
        assert.equal(feed.take(), '!')
        assert.ok(feed.errors[0] instanceof type)
      })
    }

    for (const [what, request, answer, type] of [
      ['that may not be subscribed to', '<subscribe', errorXml('not-allowed'), DeniedError],
      ['that may not be read', '<items', errorXml('forbidden', 'auth'), DeniedError],
      ['that is not there', '<subscribe', errorXml('item-not-found'), MissingError],
      ['whose service does not know publish-subscribe', '<subscribe', errorXml('service-unavailable'), MissingError],
    ] as const) {
      it(what, async () => {
        const stub = new StubNode()
        stub.answer = (asked) => (asked.includes(request) ? answer : undefined)
        const feed = open(stub)
        await stub.answered()
        assert.equal(feed.take(), '!')
        assert.ok(feed.errors[0] instanceof type, String(feed.errors[0]))
      })
    }

    it('not for the subscription of somebody else', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.tell('<subscription node="rows" jid="romeo@example.org/x" subscription="none"/>')
      assert.equal(feed.take(), '')
    })
  })

  it('waits for the owner, and begins when he agrees', async () => {
    const stub = new StubNode()
    stub.items.set('a', 1)
    const jid = 'juliet@example.org/balcony'
    stub.answer = (request) =>
      request.includes('<subscribe') ? pubsub(`<subscription node="rows" jid="${jid}" subscription="pending"/>`) : undefined
    const feed = open(stub)
    await stub.answered()
    assert.equal(stub.asked('<items'), 0)
    stub.answer = () => undefined
    stub.tell(`<subscription node="rows" jid="${jid}" subscription="subscribed"/>`)
    await stub.answered()
    assert.equal(feed.take(), 'R +a .')
  })

  it('does not load again because it is told that it is subscribed', async () => {
    const stub = new StubNode()
    await live(stub)
    const before = stub.session.asked.length
    stub.tell('<subscription node="rows" jid="juliet@example.org/balcony" subscription="subscribed"/>')
    await stub.answered()
    assert.equal(stub.session.asked.length, before)
  })

  it('subscribes once for all its feeds, and unsubscribes when the last has left', async () => {
    const stub = new StubNode()
    await live(stub)
    open(stub)
    record(stub.node.feed({ filter: { n: 2 } })).subscription.unsubscribe()
    assert.equal(stub.asked('<subscribe'), 1)
    close()
    assert.equal(stub.asked('<unsubscribe'), 1)
  })

  it('makes up for a stream that was lost with the difference', async () => {
    const stub = new StubNode()
    const feed = await live(stub)
    stub.items.delete('a')
    stub.items.set('c', 3)
    stub.node.connected()
    await stub.answered()
    assert.equal(feed.take(), '-a +c .')
  })

  it('starts anew after it with diff: false', async () => {
    const stub = new StubNode({ diff: false })
    const feed = await live(stub)
    stub.items.delete('a')
    stub.node.connected()
    await stub.answered()
    assert.equal(feed.take(), 'R +b .')
  })

  describe('publish-options', () => {
    const open = { accessModel: 'whitelist' } as const
    const asks = 'http://jabber.org/protocol/disco#info'

    it('are sent to a service that has them, which is asked once a connection', async () => {
      const stub = new StubNode({ publishOptions: open })
      stub.answer = (request) => (request.includes(asks) ? infoXml(['pubsub/service'], [`${namespace}#publish-options`]) : undefined)
      await Promise.all([stub.node.publish({ n: 1 }, { id: 'a' }), stub.node.publish({ n: 2 }, { id: 'b' })])
      await stub.node.publish({ n: 3 }, { id: 'a' })
      assert.deepEqual([stub.asked(asks), stub.asked('<publish-options>')], [1, 3])
      stub.session.status.next({ state: 'online', since: new Date() })
      await stub.node.publish({ n: 4 }, { id: 'a' })
      assert.equal(stub.asked(asks), 2)
    })

    it('are not left out for a service that has none: nothing is published', async () => {
      const stub = new StubNode({ publishOptions: open })
      stub.answer = (request) => (request.includes(asks) ? infoXml(['pubsub/service'], []) : undefined)
      await assert.rejects(stub.node.publish({ n: 1 }, { id: 'a' }), /MissingError: pubsub\.example\.org has no publish-options/)
      assert.equal(stub.asked('<publish '), 0)
    })
  })

  describe('a write', () => {
    it('resolves at its echo, not at the answer', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      let done = false
      const write = stub.node.publish({ n: 3 }, { id: 'c' }).then(() => (done = true))
      await stub.answered()
      assert.equal(done, false)
      stub.put('c', 3)
      await write
      assert.equal(feed.take(), '+c .')
    })

    it('reads the item where no echo comes', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      await stub.node.publish({ n: 3 }, { id: 'c' })
      assert.equal(feed.take(), '+c .')
    })

    it('of an item that another has replaced at once still resolves', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      const write = stub.node.publish({ n: 3 }, { id: 'c' })
      await stub.answered()
      stub.put('c', 4)
      await write
      assert.equal(feed.take(), '+c .')
    })

    it('patch tells of a change that it has written over', async () => {
      const stub = new StubNode()
      await live(stub)
      const write = stub.node.patch('a', { extra: true } as unknown as Partial<Row>)
      stub.answer = (request) => {
        if (!request.includes('<publish')) return undefined
        stub.answer = () => undefined
        stub.tell(`<items node="rows">${itemXml('a', 7)}</items>`)
        const payload = '<entry xmlns="http://www.w3.org/2005/Atom">{"n":1,"extra":true}</entry>'
        stub.tell(`<items node="rows"><item id="a">${payload}</item></items>`)
        return ''
      }
      await assert.rejects(write, (error) => error instanceof ConflictError && error.keyValue?.['n'] === 7 && error.keyValue['id'] === 'a')
    })

    it('patch is silent where both wrote the same field: the later one wins, as anywhere', async () => {
      const stub = new StubNode()
      await live(stub)
      const write = stub.node.patch('a', { n: 8 })
      stub.answer = (request) => {
        if (!request.includes('<publish')) return undefined
        stub.answer = () => undefined
        stub.tell(`<items node="rows">${itemXml('a', 7)}</items>`)
        stub.put('a', 8)
        return ''
      }
      await write
    })

    it('that follows one of several steps under its id waits for it', async () => {
      const stub = new StubNode()
      await Promise.all([
        stub.node.publish({ n: 1 }, { id: 'a', create: true }),
        stub.node.publish({ n: 2 }, { id: 'a' }),
        stub.node.retract('a'),
      ])
      const order = stub.session.asked.map((request) => /<(items|publish|retract)/.exec(request)![1])
      assert.deepEqual(order, ['items', 'publish', 'publish', 'retract'])
    })

    it('that was lost in a step before it wrote can be made again', async () => {
      const stub = new StubNode()
      stub.answer = (request) => (request.includes('<items') ? new ConnectionError('gone', true) : undefined)
      await assert.rejects(stub.node.patch('a', { n: 1 }), (error) => error instanceof ConnectionError && !error.outcomeUnknown)
    })

    it('that was lost on its way has an unknown outcome', async () => {
      const stub = new StubNode()
      stub.answer = (request) => (request.includes('<publish') ? new ConnectionError('gone', true) : undefined)
      await assert.rejects(stub.node.publish({ n: 1 }), (error) => error instanceof ConnectionError && error.outcomeUnknown)
    })
  })
})
