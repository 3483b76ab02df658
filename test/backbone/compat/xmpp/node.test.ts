import assert from 'node:assert/strict'
import { PubSubItem, PubSubNode, PubSubStorage } from '../../../../src/backbone/compat/xmpp/index.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import { contentOf, type Heard, record } from '../../recorder.js'
import { next, Stage } from './stage.js'
import { connect, Strophe } from './strophe.js'

for (const start of [startProsody, startEjabberd]) {
  describe(`PubSubNode over ${start.name.slice(5)}`, () => {
    let server: XmppServer
    let stage: Stage
    let node: string
    let todos: PubSubNode

    before(async function () {
      server = await start(this)
      stage = await Stage.open(server)
    })
    after(async () => {
      await stage.close()
      await server.stop()
    })
    beforeEach(async () => {
      node = await stage.node()
    })
    afterEach(() => {
      todos.stop()
    })

    /** Follows the node, and has shown what stands in it. */
    async function follow(items: Readonly<Record<string, object>> = {}): Promise<{ take(): Heard[] }> {
      for (const [id, attributes] of Object.entries(items)) await stage.old.publish(node, id, attributes)
      todos = new PubSubNode([], { id: node, connection: stage.connection })
      await isLive()
      await todos.fetch()
      return record(todos)
    }

    /** The old client tells something that is heard. */
    async function isLive(collection = todos): Promise<void> {
      const isThere = async (): Promise<boolean> => (await stage.old.subscribers(node)).some((jid) => jid.includes('juliet'))
      while (!(await isThere()));
      const added = next(collection, 'add')
      await stage.old.publish(node, 'mark', {})
      await added
      const removed = next(collection, 'remove')
      await stage.old.retract(node, 'mark')
      await removed
    }

    it('a publish of an unknown id adds it at index 0 by one add', async () => {
      const recorded = await follow({ a: { title: 'A' } })
      const added = next(todos, 'add')
      await stage.old.publish(node, 'b', { title: 'B' })
      await added
      assert.deepEqual(
        recorded.take().filter(({ name }) => name !== 'update'),
        [{ name: 'add', id: 'b', index: 0 }],
      )
      assert.deepEqual(contentOf(todos), [
        { title: 'B', id: 'b' },
        { title: 'A', id: 'a' },
      ])
    })

    it('a publish of a known id moves its model to index 0 and only change fires', async () => {
      const recorded = await follow({ a: { title: 'A', done: true }, b: { title: 'B' } })
      const a = todos.get('a')
      assert.deepEqual(todos.pluck('id'), ['a', 'b'])
      const changed = next(todos, 'change')
      await stage.old.publish(node, 'b', { title: 'B!' })
      await changed
      assert.deepEqual(
        recorded.take().map(({ name }) => name),
        ['change:title', 'change'],
      )
      assert.deepEqual(todos.pluck('id'), ['b', 'a'])
      const again = next(todos, 'change')
      await stage.old.publish(node, 'a', { title: 'A!' })
      await again
      assert.deepEqual(contentOf(todos), [
        { title: 'A!', id: 'a' },
        { title: 'B!', id: 'b' },
      ])
      assert.equal(todos.get('a'), a)
    })

    it('a publish of what is known already moves the model and fires nothing', async () => {
      const recorded = await follow({ a: { title: 'A' }, b: { title: 'B' } })
      await stage.old.publish(node, 'b', { title: 'B' })
      const added = next(todos, 'add')
      await stage.old.publish(node, 'c', {})
      await added
      assert.deepEqual(
        recorded.take().map(({ name }) => name),
        ['add', 'update'],
      )
      assert.deepEqual(todos.pluck('id'), ['c', 'b', 'a'])
    })

    it('a comparator decides where there is one', async () => {
      const recorded = await follow({ a: { title: 'A' } })
      todos.comparator = 'title'
      const added = next(todos, 'add')
      await stage.old.publish(node, 'b', { title: 'B' })
      await added
      assert.deepEqual(todos.pluck('id'), ['a', 'b'])
      assert.equal(recorded.take()[0]!.name, 'add')
    })

    it('a retract removes', async () => {
      const recorded = await follow({ a: { title: 'A' }, b: { title: 'B' } })
      const removed = next(todos, 'remove')
      await stage.old.retract(node, 'a')
      await removed
      assert.deepEqual(recorded.take().map(({ name, id }) => [name, id])[0], ['remove', 'a'])
      assert.deepEqual(todos.pluck('id'), ['b'])
    })

    it('a purge removes everything', async () => {
      const recorded = await follow({ a: { title: 'A' }, b: { title: 'B' } })
      const updated = next(todos, 'update')
      await stage.old.purge(node)
      // ejabberd tells a purge as retracts, or not at all unless the node says so.
      await updated
      if (todos.length > 0) await next(todos, 'update')
      assert.deepEqual(
        recorded
          .take()
          .filter(({ name }) => name === 'remove')
          .map(({ id }) => id)
          .sort(),
        ['a', 'b'],
      )
    })

    it('the deletion of the node removes everything, and what is published when it is there again is added', async () => {
      await follow({ a: { title: 'A' }, b: { title: 'B' } })
      const updated = next(todos, 'update')
      await stage.old.delete(node)
      await updated
      assert.equal(todos.length, 0)
      await stage.connection.PubSub.createNode(node, {
        publish_model: 'open',
        access_model: 'open',
        notify_retract: true,
        send_last_published_item: 'never',
      })
      const added = next(todos, 'add')
      while ((await stage.connection.PubSub.getSubscriptions()).every((each) => each.node !== node));
      await stage.old.publish(node, 'c', { title: 'C' })
      await added
      assert.deepEqual(todos.pluck('id'), ['c'])
    })

    it('a publish without payload is fetched by id', async () => {
      node = await stage.node({ deliver_payloads: '0' })
      const recorded = await follow()
      const published = next(stage.connection.PubSub, `xmpp:pubsub:item-published:${node}`)
      const added = next(todos, 'add')
      await stage.old.publish(node, 'a', { title: 'A' })
      await added
      assert.deepEqual(contentOf(todos), [{ title: 'A', id: 'a' }])
      assert.deepEqual(
        recorded.take().map(({ name }) => name),
        ['add', 'update'],
      )
      const [{ id, entry }] = (await published) as [{ id: string; entry: Element }]
      assert.deepEqual([id, entry.textContent], ['a', '{"title":"A"}'])
    })

    it('what is created here is one model, whichever comes first, the echo or the answer', async () => {
      const recorded = await follow()
      const model = todos.create({ title: 'mine' })
      await next(todos, 'sync')
      await isLive()
      assert.deepEqual(
        recorded
          .take()
          .filter(({ name }) => name === 'add')
          .map(({ id }) => id),
        [undefined, 'mark'],
      )
      assert.deepEqual(todos.models, [model])
      assert.deepEqual(Object.keys(await stage.old.json(node)), [model.id])
    })

    it('what is saved twice before it has its id is one item', async () => {
      await follow()
      const model = new PubSubItem({ title: 'one' })
      todos.add(model)
      model.save()
      await model.save({ title: 'two' })
      await isLive()
      assert.deepEqual(await stage.old.json(node), { [model.id as string]: { title: 'two', id: model.id } })
      assert.deepEqual(todos.models, [model])
    })

    it('saves in a row come back without a flicker', async () => {
      await follow()
      const model = todos.create({ n: 0 })
      await next(todos, 'sync')
      const recorded = record(todos)
      const saves = [1, 2, 3].map((n) => model.save({ n }))
      await Promise.all(saves)
      await isLive()
      assert.deepEqual(
        recorded
          .take()
          .filter(({ name }) => name === 'change:n')
          .map(({ value }) => value),
        [1, 2, 3],
      )
    })

    it('a model that is destroyed is retracted, and removed once', async () => {
      await follow()
      const model = todos.create({ title: 'mine' })
      await next(todos, 'sync')
      const recorded = record(todos)
      await model.destroy()
      await isLive()
      assert.deepEqual(await stage.old.items(node), {})
      assert.deepEqual(
        recorded
          .take()
          .filter(({ name }) => name === 'remove')
          .map(({ id }) => id),
        [model.id, 'mark'],
      )
    })

    it('an attribute that an item has no longer is unset, one of the page alone stays', async () => {
      await follow({ a: { title: 'A', due: 'today' } })
      const model = todos.get('a')
      model.set('open', true)
      const changed = next(model, 'change')
      await stage.old.publish(node, 'a', { title: 'A' })
      await changed
      assert.deepEqual(model.attributes, { id: 'a', title: 'A', open: true })
    })

    it('after an outage tells what differs and nothing else', async () => {
      const recorded = await follow({ a: { n: 1 }, b: { n: 1 }, c: { n: 1 } })
      await stage.outage(async () => {
        await stage.old.retract(node, 'a')
        await stage.old.publish(node, 'b', { n: 2 })
        await stage.old.publish(node, 'd', { n: 1 })
      })
      await next(todos, 'add')
      await isLive()
      assert.deepEqual(
        recorded
          .take()
          .filter(({ name, id }) => ['add', 'remove', 'change'].includes(name) && id !== 'mark')
          .map(({ name, id }) => `${name} ${String(id)}`)
          .sort(),
        ['add d', 'change b', 'remove a'],
      )
      assert.equal(todos.pluck('id').indexOf('d'), 0)
    })

    it('goes on over another connection of the same account', async () => {
      const recorded = await follow({ a: { n: 1 }, b: { n: 1 } })
      const other = new Strophe.Connection(server.wsUrl)
      await connect(other, stage.account)
      todos.stop()
      await stage.old.publish(node, 'b', { n: 2 })
      const changed = next(todos, 'change')
      todos.setNode(node, other)
      await changed
      assert.deepEqual(
        recorded.take().map(({ name }) => name),
        ['change:n', 'change'],
      )
      todos.stop()
      other.PubSub.close()
      other.disconnect()
    })

    it('setNode may come later, and again: the old node is left, the new one heard', async () => {
      todos = new PubSubNode()
      todos.setNode(node, stage.connection)
      await isLive()
      const first = node
      node = await stage.node()
      todos.setNode(node, stage.connection)
      await isLive()
      while ((await stage.old.subscribers(first)).length > 0);
      const recorded = record(todos)
      await stage.old.publish(first, 'a', {})
      await isLive()
      assert.deepEqual([...new Set(recorded.take().map(({ id }) => id))].sort(), ['mark', undefined])
      assert.ok(todos.node instanceof PubSubStorage)
      assert.equal(todos.node.id, node)
    })

    it('follows a node that is created after it was set', async () => {
      node = `${node}-later`
      todos = new PubSubNode([], { id: node, connection: stage.connection })
      const errors: unknown[] = []
      todos.on('error', (_, error) => errors.push(error))
      await assert.rejects(async () => await todos.fetch(), { name: 'MissingError' })
      await stage.old.create(node, { publish_model: 'open', send_last_published_item: 'never', notify_retract: '1' })
      await todos.fetch()
      await isLive()
      assert.equal(errors.length, 1)
    })

    it('stop leaves nothing behind: no subscription, no listener', async () => {
      await follow()
      const { signs } = stage.connection.PubSub
      assert.ok(signs.observed)
      todos.stop()
      while ((await stage.old.subscribers(node)).length > 0);
      assert.ok(!signs.observed)
    })

    it('may be extended, and is set up by its initialize', async () => {
      const Todo = PubSubItem.extend({ idAttribute: 'key', defaults: { done: false } })
      const Todos = PubSubNode.extend({ model: Todo, count: 7 })
      todos = new Todos([], { id: node, connection: stage.connection, payloadFormat: 'atom' })
      await isLive()
      const model = todos.create({ title: 'mine', rank: 3 })
      await next(todos, 'sync')
      await isLive()
      assert.equal((todos as unknown as { count: number }).count, 7)
      assert.match((await stage.old.items(node))[model.id as string]!, /mine/)
      const fetched = new Todos([], { id: node, connection: stage.connection })
      await fetched.fetch()
      fetched.stop()
      assert.deepEqual(
        fetched.map((each) => [each.id, each.get('title'), each.get('rank'), each.get('done')]),
        [[model.id, 'mine', 3, false]],
      )
    })

    it('one that may not subscribe tells error, once', async () => {
      await server.seal(`sealed-${node}`)
      todos = new PubSubNode([], { id: `sealed-${node}`, connection: stage.connection })
      const [, error] = await next(todos, 'error')
      assert.equal((error as Error).name, 'DeniedError')
    })
  })
}
