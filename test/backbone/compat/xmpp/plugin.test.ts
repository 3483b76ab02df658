import assert from 'node:assert/strict'
import Backbone from 'backbone'
import { type PubSub, PubSubNode, pubSubOf, xmppSync } from '../../../../src/backbone/compat/xmpp/index.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import { loadJQuery } from './jquery.js'
import { entry } from './old-client.js'
import { next, Stage } from './stage.js'
import { connect, Strophe } from './strophe.js'

interface Told {
  readonly node?: string
  readonly id: string
  readonly entry?: Element
  readonly timestamp?: string
}

for (const start of [startProsody, startEjabberd]) {
  describe(`connection.PubSub over ${start.name.slice(5)}`, () => {
    let server: XmppServer
    let stage: Stage
    let pubsub: PubSub
    let node: string

    before(async function () {
      server = await start(this)
      stage = await Stage.open(server)
      pubsub = stage.connection.PubSub
    })
    after(async () => {
      await stage.close()
      await server.stop()
    })
    beforeEach(async () => {
      node = await stage.node()
    })
    afterEach(() => {
      pubsub.off()
    })

    it('is there on every connection of strophe, with a service once the account is known, which may be set', () => {
      const connection = new Strophe.Connection(server.wsUrl)
      assert.equal(connection.PubSub.service, undefined)
      assert.equal(pubsub.service, `pubsub.${server.domain}`)
      connection.PubSub.service = 'elsewhere.example'
      assert.equal(connection.PubSub.service, 'elsewhere.example')
      assert.equal(pubSubOf(connection), connection.PubSub)
    })

    it('creates, configures, lists and deletes nodes', async () => {
      const name = `own-${node}`
      assert.equal(await pubsub.createNode(name, { title: 'Mine', 'pubsub#max_items': 7, persist_items: true }), name)
      const config = await pubsub.getNodeConfig(name)
      assert.deepEqual([config['title'], config['max_items'], /^(1|true)$/.test(String(config['persist_items']))], ['Mine', '7', true])
      assert.ok((await pubsub.discoverNodes()).includes(name))
      await pubsub.deleteNode(name)
      assert.ok(!(await pubsub.discoverNodes()).includes(name))
    })

    it('publishes elements, under the id that is given or one of the server', async () => {
      assert.equal(await pubsub.publish(node, entry('{"n":1}'), 'given'), 'given')
      const id = await pubsub.publish(node, entry('{"n":2}'))
      assert.deepEqual(await stage.old.json(node), { given: { n: 1 }, [id]: { n: 2 } })
    })

    it('publishes JSON as Atom', async () => {
      await pubsub.publishAtom(node, { title: 'T', n: 3, at: new Date(0), author: { name: 'J' } }, 'a')
      const [[item]] = await itemsOf(node)
      const fields = Array.from(item!.getElementsByTagName('entry')[0]!.childNodes as Iterable<Element>)
      assert.deepEqual(
        fields.map(({ nodeName, textContent }) => `${nodeName} ${nodeName === 'updated' ? '' : textContent}`),
        ['title T', 'n 3', 'at 1970-01-01T00:00:00Z', 'author J', 'updated '],
      )
    })

    it('gets items: all, the newest, by id, and pages', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) await pubsub.publish(node, entry('{}'), id)
      assert.deepEqual(idsOf((await itemsOf(node))[0]), ['a', 'b', 'c', 'd', 'e'])
      assert.deepEqual(idsOf((await itemsOf(node, { max_items: 2 }))[0]), ['d', 'e'])
      assert.deepEqual(idsOf((await itemsOf(node, { item_ids: ['b', 'd'] }))[0]), ['b', 'd'])
      const [first, page] = await itemsOf(node, { rsm: { max: 2 } })
      assert.deepEqual([idsOf(first), page!.count], [['a', 'b'], 5])
      const [second, later] = await itemsOf(node, { rsm: { max: 2, after: page!.last } })
      assert.deepEqual(idsOf(second), ['c', 'd'])
      assert.deepEqual(idsOf((await itemsOf(node, { rsm: { max: 2, before: later!.first } }))[0]), ['a', 'b'])
      assert.deepEqual(idsOf((await itemsOf(node, { rsm: { max: 2, before: '' } }))[0]), ['d', 'e'])
    })

    it('subscribes the account, lists that and ends it', async () => {
      const { jid, subscription } = await pubsub.subscribe(node)
      assert.deepEqual([jid, subscription], [stage.account.jid, 'subscribed'])
      const mine = (await pubsub.getSubscriptions()).filter((each) => each.node === node)
      assert.deepEqual(
        mine.map((each) => [each.jid, each.subscription]),
        [[stage.account.jid, 'subscribed']],
      )
      await pubsub.unsubscribe(node)
      assert.deepEqual(
        (await pubsub.getSubscriptions()).filter((each) => each.node === node),
        [],
      )
    })

    it('retracts with notice, and without', async () => {
      // ejabberd tells by the configuration of the node where the request doesn't want it.
      const quiet = await stage.node({ notify_retract: server.name === 'ejabberd' ? '0' : '1' })
      await stage.old.subscribe(quiet)
      for (const id of ['a', 'b', 'c']) await pubsub.publish(quiet, entry('{}'), id)
      await pubsub.deleteItem(quiet, 'a', false)
      await pubsub.deleteItem(quiet, 'b')
      await stage.old.hears(/^retract b/)
      assert.deepEqual(
        stage.old.heard.filter((each) => each.startsWith('retract')),
        ['retract b'],
      )
      assert.deepEqual(Object.keys(await stage.old.items(quiet)), ['c'])
    })

    it('tells published and deleted items, in general and for the node', async () => {
      await pubsub.subscribe(node)
      const [all, own] = [next(pubsub, 'xmpp:pubsub:item-published'), next(pubsub, `xmpp:pubsub:item-published:${node}`)]
      await stage.old.publish(node, 'a', { n: 1 })
      const [[general], [special]] = (await Promise.all([all, own])) as [[Told], [Told]]
      assert.deepEqual([general.node, general.id, general.entry!.textContent, 'timestamp' in general], [node, 'a', '{"n":1}', false])
      assert.deepEqual(Object.keys(special).sort(), ['entry', 'id'])
      const deleted = [next(pubsub, 'xmpp:pubsub:item-deleted'), next(pubsub, `xmpp:pubsub:item-deleted:${node}`)]
      await stage.old.retract(node, 'a')
      assert.deepEqual(await Promise.all(deleted), [[{ node, id: 'a' }], [{ id: 'a' }]])
    })

    it('tells once what comes twice, for the subscription of the application and for that of a collection', async () => {
      const todos = new PubSubNode([], { id: node, connection: stage.connection })
      while (!(await stage.old.subscribers(node)).some((jid) => jid.startsWith(`${stage.account.jid}/`)));
      await pubsub.subscribe(node)
      const told: string[] = []
      pubsub.on('xmpp:pubsub:item-published', ({ id, entry }: Told) => told.push(`${id} ${entry!.textContent}`))
      for (const n of [1, 1, 2]) await stage.old.publish(node, 'a', { n })
      const deleted = next(pubsub, 'xmpp:pubsub:item-deleted')
      await stage.old.retract(node, 'a')
      await deleted
      todos.stop()
      await pubsub.unsubscribe(node)
      assert.deepEqual(told, ['a {"n":1}', 'a {"n":1}', 'a {"n":2}'])
    })

    it('what handlers throw doesn’t keep others from hearing, and strophe neither', async () => {
      await pubsub.subscribe(node)
      const thrown: unknown[] = []
      const listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      const caught = new Promise((resolve) => process.on('uncaughtException', (error) => thrown.push(error) === 2 && resolve(undefined)))
      try {
        pubsub.on('xmpp:pubsub:item-published', () => {
          throw new Error('of the application')
        })
        for (const id of ['a', 'b']) {
          const own = next(pubsub, `xmpp:pubsub:item-published:${node}`)
          await stage.old.publish(node, id, {})
          await own
        }
        await caught
      } finally {
        process.removeAllListeners('uncaughtException')
        for (const listener of listeners) process.on('uncaughtException', listener)
      }
      assert.deepEqual(
        thrown.map((error) => (error as Error).message),
        ['of the application', 'of the application'],
      )
    })

    it('what others send in the name of the service is not told', async () => {
      await pubsub.subscribe(node)
      const told: unknown[] = []
      pubsub.on('xmpp:pubsub:item-published', ({ id }: Told) => told.push(id))
      const event = `<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='${node}'><item id='false'><entry/></item></items></event>`
      const peer = await server.session(await server.user(`mallory-${node}`))
      peer.send(`<message xmlns='jabber:client' type='headline' to='${stage.connection.jid}'>${event}</message>`)
      await peer.iq('get', server.domain, `<query xmlns='http://jabber.org/protocol/disco#info'/>`)
      const published = next(pubsub, 'xmpp:pubsub:item-published')
      await stage.old.publish(node, 'true', {})
      await published
      await peer.close()
      assert.deepEqual(told, ['true'])
    })

    it('rejects with an error that says why, and at once without a connection', async () => {
      await assert.rejects(async () => await pubsub.items('nowhere'), { name: 'MissingError' })
      await assert.rejects(async () => await new Strophe.Connection(server.wsUrl).PubSub.items(node), { name: 'ConnectionError' })
    })

    it('fetches what comes without payload, also with a jQuery whose promises have no catch', async () => {
      const unload = await loadJQuery()
      const { jQuery } = globalThis as unknown as { jQuery: { Deferred: (...args: unknown[]) => { promise(): object } } }
      const { Deferred } = jQuery
      jQuery.Deferred = (...args) => {
        const deferred = Deferred(...args)
        const promise = deferred.promise()
        deferred.promise = () => Object.assign(promise, { catch: undefined })
        return deferred
      }
      try {
        const bare = await stage.node({ deliver_payloads: '0' })
        await pubsub.subscribe(bare)
        const published = next(pubsub, `xmpp:pubsub:item-published:${bare}`)
        await stage.old.publish(bare, 'k', { n: 1 })
        await published
      } finally {
        jQuery.Deferred = Deferred
        unload()
      }
    })

    it('what a resumed stream brings late is the last item, and published too', async () => {
      const options = { enableStreamManagement: true }
      const connection = new Strophe.Connection(server.wsUrl.replace(String(server.port), String(stage.proxy.port)), options)
      await connect(connection, stage.account)
      const todos = new PubSubNode([], { id: node, connection })
      while ((await stage.old.subscribers(node)).every((jid) => jid !== connection.jid));
      await todos.fetch()
      const told: string[] = []
      connection.PubSub.on('all', (name: string, { id, timestamp }: Told) => {
        if (name.endsWith(node)) told.push(`${name.slice(12, -node.length - 1)} ${id} ${String(!Number.isNaN(Date.parse(timestamp!)))}`)
      })
      const added = next(todos, 'add')
      stage.proxy.cut()
      await stage.old.publish(node, 'a', { n: 1 })
      stage.proxy.mend()
      await connect(connection, stage.account)
      await added
      // Asked for before: the news may come before the answer.
      const another = next(todos, 'add')
      await stage.old.publish(node, 'b', { n: 1 })
      await another
      todos.stop()
      connection.PubSub.close()
      connection.disconnect()
      assert.deepEqual(todos.pluck('id'), ['b', 'a'])
      assert.deepEqual(told, ['last-published-item a true', 'item-published a true', 'item-published b false'])
      // The other connection of the stage went through the same proxy.
      stage.connection.reset()
      await connect(stage.connection, stage.account)
    })

    it('is itself again after close', async () => {
      pubsub.close()
      assert.ok(!Object.hasOwn(stage.connection, '_changeConnectStatus'))
      await pubsub.items(node)
    })

    it('Backbone has xmppSync', () => {
      assert.equal(Backbone.xmppSync, xmppSync)
    })

    async function itemsOf(...parameters: Parameters<PubSub['items']>) {
      return new Promise<readonly [readonly Element[], { first?: string; last?: string; count?: number }?]>((resolve, reject) => {
        pubsub
          .items(...parameters)
          .done((...results) => {
            resolve(results)
          })
          .fail(reject)
      })
    }
  })
}

function idsOf(items: readonly Element[]): (string | null)[] {
  return items.map((item) => item.getAttribute('id'))
}
