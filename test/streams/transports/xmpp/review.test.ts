import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { firstValueFrom } from 'rxjs'
import { ConflictError, ConnectionError, DeniedError, MissingError } from '../../../../src/errors.js'
import { jsonEntry } from '../../../../src/streams/transports/xmpp/codecs/json-codecs.js'
import { withPublisher } from '../../../../src/streams/transports/xmpp/codecs/with-publisher.js'
import { parseXml } from './parse-xml.js'
import type { Recorder } from '../../recorder.js'
import { until } from '../../../until.js'
import { openedFeeds } from './opened-feeds.js'
import { itemXml, type Row, StubNode } from './stub-node.js'
import { errorXml } from './stub-session.js'

const pubsub = (content: string): string => `<pubsub xmlns="http://jabber.org/protocol/pubsub">${content}</pubsub>`
const itemsXml = (items: string, set = ''): string => pubsub(`<items node="rows">${items}</items>${set}`)

/** What was found by review, each of which was wrong once. */
describe('a node of XMPP, at its edges', () => {
  const { open, live, own, close } = openedFeeds()

  /** The next request with `text` is answered by `answer`, after which the server answers as before. */
  function once(stub: StubNode, text: string, answer: (request: string) => string | Error): void {
    stub.answer = (request) => {
      if (!request.includes(text)) return undefined
      stub.answer = () => undefined
      return answer(request)
    }
  }

  it('leaves no timer behind when its only subscriber leaves at the first commit', async () => {
    const stub = new StubNode({ refresh: 60_000 })
    // The test's own.
    await stub.answered()
    const before = timers()
    await firstValueFrom(stub.node.feed())
    await stub.answered()
    const feed = stub.node.feed().subscribe((event) => {
      if (event.type === 'commit') feed.unsubscribe()
    })
    await stub.answered()
    assert.equal(timers(), before)
  })

  describe('a write that the server has acknowledged', () => {
    it('is not refused because its item could not be read', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      once(stub, '<items', () => new ConnectionError('cut'))
      await stub.node.publish({ n: 3 }, { id: 'c' })
      assert.equal(feed.take(), '+c .')
      assert.equal(stub.asked('<publish'), 1)
    })

    it('is done though the feed ends meanwhile', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      once(stub, '<items', () => errorXml('forbidden', 'auth'))
      await stub.node.publish({ n: 3 }, { id: 'c' })
      assert.equal(feed.take(), '')
    })
  })

  it('a codec that can not write what others wrote disturbs nobody', async () => {
    const codec = jsonEntry<Row>()
    const stub = new StubNode({
      codec: {
        ...codec,
        encode: (item) => {
          if (item.n > 5) throw new Error('too much')
          return codec.encode(item)
        },
      },
    })
    const feed = await live(stub)
    const write = stub.node.publish({ n: 3 }, { id: 'a' })
    stub.put('a', 7)
    assert.equal(feed.take(), '~a .')
    await write
    assert.equal(feed.take(), '~a .')
  })

  it('create does not write over an item that can not be read', async () => {
    const stub = new StubNode()
    stub.answer = (request) => (request.includes('<items') ? itemsXml('<item id="a"><entry>oops</entry></item>') : undefined)
    await assert.rejects(stub.node.publish({ n: 1 }, { id: 'a', create: true }), ConflictError)
    assert.equal(stub.asked('<publish'), 0)
  })

  it('what an item says itself of its publisher is not believed', () => {
    const codec = withPublisher(jsonEntry<{ author?: string }>(), 'author')
    const payload = parseXml('<entry>{"author":"admin@example.org"}</entry>')
    assert.deepEqual(codec.decode(payload, { id: 'a' }), {})
    assert.deepEqual(codec.decode(payload, { id: 'a', publisher: 'mallory@example.org' }), { author: 'mallory@example.org' })
  })

  describe('while everything is read', () => {
    it('a retract of several in one is made up for afterwards', async () => {
      const stub = new StubNode()
      stub.items.set('a', 1).set('b', 2)
      once(stub, '<items', () => {
        stub.items.clear()
        stub.tell('<items node="rows"><retract id="ab"/></items>')
        return itemsXml(itemXml('a', 1) + itemXml('b', 2))
      })
      const feed = open(stub)
      await stub.answered()
      assert.equal(feed.take(), 'R +a +b . -a -b .')
    })

    it('a change of the configuration is made up for afterwards', async () => {
      const stub = new StubNode()
      stub.items.set('a', 1)
      once(stub, '<items', () => {
        stub.items.clear()
        stub.tell('<configuration node="rows"/>')
        return itemsXml(itemXml('a', 1))
      })
      const feed = open(stub)
      await stub.answered()
      assert.equal(feed.take(), 'R +a . -a .')
    })

    it('what a full node drops is found', async () => {
      const stub = new StubNode({ create: { maxItems: 2 } })
      stub.items.set('a', 1).set('b', 2)
      once(stub, '<items', () => {
        stub.items.delete('a')
        stub.put('c', 3)
        return itemsXml(itemXml('a', 1) + itemXml('b', 2))
      })
      const feed = open(stub)
      await stub.answered()
      assert.equal(feed.take(), 'R +a +b +c . -a .')
    })

    it('what came without payload and could not be fetched is made up for', async () => {
      const stub = new StubNode()
      stub.items.set('a', 1)
      let asked = 0
      stub.answer = (request) => {
        if (!request.includes('<items')) return undefined
        if (request.includes('<item id')) return new ConnectionError('no answer in time', true)
        if (++asked > 1) return undefined
        stub.items.set('a', 2)
        stub.tell('<items node="rows"><item id="a"/></items>')
        return itemsXml(itemXml('a', 1), '<set xmlns="http://jabber.org/protocol/rsm"><last>p1</last><count>7</count></set>')
      }
      let state = 0
      own(
        stub.node.feed().subscribe((event) => {
          if (event.type === 'publish' || event.type === 'change') state = event.item.n
        }),
      )
      await stub.answered()
      assert.equal(state, 2)
    })

    it('a page whose mark is gone means to begin again, not that the node is gone', async () => {
      const stub = new StubNode({ pageSize: 1 })
      stub.items.set('b', 2)
      once(stub, '<items', () => {
        once(stub, '<after', () => errorXml('item-not-found'))
        return itemsXml(itemXml('a', 1), '<set xmlns="http://jabber.org/protocol/rsm"><last>a</last><count>2</count></set>')
      })
      const feed = open(stub)
      await until(() => stub.asked('<items') === 3)
      await stub.answered()
      assert.equal(feed.take(), 'R +b .')
    })

    it('a count is not believed where there may be more', async () => {
      const stub = new StubNode({ pageSize: 1 })
      const set = '<set xmlns="http://jabber.org/protocol/rsm"><last>p1</last><count>1</count></set>'
      stub.answer = (request) =>
        request.includes('<items') ? itemsXml(itemXml(request.includes('<after') ? 'b' : 'a', 1), set) : undefined
      const feed = open(stub)
      await stub.answered()
      assert.equal(feed.take(), 'R +a +b .')
    })
  })

  describe('while everything is read again', () => {
    it('a purge voids what was read', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      once(stub, '<items', () => {
        stub.items.clear()
        stub.tell('<purge node="rows"/>')
        return itemsXml(itemXml('a', 1) + itemXml('x', 9))
      })
      stub.tell('<configuration node="rows"/>')
      await stub.answered()
      assert.equal(feed.take(), '-a -b .')
    })

    it('a purge voids what was read of one item', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      once(stub, '<items', () => {
        stub.items.clear()
        stub.tell('<purge node="rows"/>')
        return itemsXml(itemXml('c', 3))
      })
      stub.tell('<items node="rows"><item id="c"/></items>')
      await stub.answered()
      assert.equal(feed.take(), '-a -b .')
    })

    it('an item that arrives is newer than what is read of it', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      once(stub, '<items', () => {
        stub.put('a', 5)
        return itemsXml(itemXml('a', 4))
      })
      stub.tell('<items node="rows"><item id="a"/></items>')
      await stub.answered()
      assert.equal(feed.take(), '~a .')
    })

    it('fails, and is tried again without waiting for the next time', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.items.clear()
      once(stub, '<items', () => new ConnectionError('no answer in time', true))
      stub.tell('<items node="rows"><retract id="ab"/></items>')
      await until(() => stub.asked('<items') === 3)
      await stub.answered()
      assert.equal(feed.take(), '-a -b .')
    })
  })

  it('an answer to a feed that was left does not end the next', async () => {
    const stub = new StubNode()
    await live(stub)
    let again: Recorder | undefined
    once(stub, '<items', () => {
      close()
      again = open(stub)
      return errorXml('item-not-found')
    })
    stub.tell('<items node="rows"><item id="c"/></items>')
    await stub.answered()
    assert.equal(again?.subscription.closed, false)
  })

  describe('without a connection', () => {
    it('a feed ends when the server denies everything', () => {
      const stub = new StubNode()
      stub.up = false
      const feeds = [open(stub), open(stub, { filter: { n: 1 } })]
      stub.node.end(new DeniedError('wrong password'))
      for (const feed of feeds) assert.ok(feed.errors[0] instanceof DeniedError)
    })

    it('a feed begins that ends as the others when the node turns out to be gone', async () => {
      const stub = new StubNode()
      const feed = await live(stub)
      stub.up = false
      const other = open(stub, { filter: { n: 1 } })
      stub.up = true
      stub.answer = (request) => (request.includes('<subscribe') ? errorXml('item-not-found') : undefined)
      stub.node.connected()
      await stub.answered()
      assert.deepEqual([feed.take(), other.take()], ['!', '!'])
      assert.ok(other.errors[0] instanceof MissingError)
    })

    it('a request that was not answered in time is made again when the stream goes on', async () => {
      const stub = new StubNode()
      stub.items.set('a', 1)
      once(stub, '<items', () => {
        stub.up = false
        return new ConnectionError('no answer in time', true)
      })
      mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
      const feed = open(stub)
      await until(() => !stub.up)
      await new Promise(setImmediate)
      // When it would be made again there is no connection.
      mock.timers.tick(60_000)
      mock.timers.reset()
      stub.up = true
      stub.node.resumed()
      await stub.answered()
      assert.equal(feed.take(), 'R +a .')
    })
  })
})

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}
