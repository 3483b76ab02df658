import assert from 'node:assert/strict'
import Backbone from 'backbone'
import { NodeCollection } from '../../src/backbone/node-collection.js'
import { NodeModel } from '../../src/backbone/node-model.js'
import { nodeSync } from '../../src/backbone/sync.js'
import { DeniedError, MissingError } from '../../src/errors.js'
import { MemoryTransport } from '../../src/streams/transports/memory.js'
import { contentOf, record } from './recorder.js'
import { settled, StubNode } from './stub-node.js'

function liveOn(node: StubNode, options: object = {}): NodeCollection {
  return new NodeCollection([], { node, ...options }).live()
}

describe('NodeCollection', () => {
  describe('live', () => {
    it('shows the node and follows it', () => {
      const node = new StubNode({ a: { title: 'A' } })
      const todos = liveOn(node)
      node.put('b', { title: 'B' })
      assert.deepEqual(contentOf(todos), [
        { title: 'A', id: 'a' },
        { title: 'B', id: 'b' },
      ])
      todos.stop()
    })

    it('triggers request, then sync at the first commit', () => {
      const todos = new NodeCollection([], { node: new StubNode() })
      const { heard } = record(todos)
      todos.live()
      assert.deepEqual(
        heard.map(({ name }) => name),
        ['request', 'sync'],
      )
      todos.stop()
    })

    it('follows until stop', () => {
      const node = new StubNode()
      const todos = liveOn(node)
      assert.equal(todos.isLive(), true)
      todos.stop()
      node.put('a', { title: 'late' })
      assert.equal(todos.isLive(), false)
      assert.equal(todos.length, 0)
    })

    it('takes node and query from methods, and tells only what differs when it follows anew', () => {
      const node = new StubNode({ a: { n: 1 }, b: { n: 2 } })
      let least = 0
      const Rows = NodeCollection.extend({ node: () => node, query: () => ({ filter: { n: { $gt: least } } }) })
      const rows = new Rows().live()
      const b = rows.get('b')
      least = 1
      const { heard } = record(rows)
      rows.live()
      assert.deepEqual(
        heard.filter(({ name }) => name === 'remove' || name === 'add'),
        [{ name: 'remove', id: 'a', index: 0 }],
      )
      assert.equal(rows.get('b'), b)
      rows.stop()
    })

    it('keeps the sort of its query where it has no comparator', () => {
      const node = new StubNode({ a: { n: 2 }, b: { n: 1 } })
      const rows = liveOn(node, { query: { sort: { n: 1 } } })
      node.put('c', { n: 0 })
      assert.deepEqual(rows.pluck('id'), ['c', 'b', 'a'])
      rows.stop()
    })

    it('lets several collections share a node', () => {
      const node = new StubNode()
      const [one, two] = [liveOn(node), liveOn(node)]
      node.put('a', { title: 'A' })
      one.stop()
      node.put('b', { title: 'B' })
      assert.deepEqual([one.length, two.length], [1, 2])
      two.stop()
    })
  })

  for (const order of ['echo first', 'answer first']) {
    it(`create: the echo finds the model, ${order}`, async () => {
      const node = new StubNode()
      const todos = liveOn(node, { comparator: 'title' })
      const { heard } = record(todos)
      const model = todos.create({ title: 'read' })
      const [write] = node.writes
      assert.equal(todos.length, 1)
      if (order === 'echo first') write!.echo()
      await write!.answer()
      if (order === 'answer first') write!.echo()
      assert.equal(todos.length, 1)
      assert.equal(model.id, write!.id)
      assert.equal(todos.get(write!.id!), model)
      assert.equal(heard.filter(({ name }) => name === 'add').length, 1)
      assert.equal(heard.filter(({ name }) => name === 'sync').length, 1)
      todos.stop()
    })

    it(`create with an id that the node chooses, ${order}`, async () => {
      const node = new StubNode()
      const todos = liveOn(node)
      todos.newId = () => undefined
      const model = todos.create({ title: 'read' })
      const [write] = node.writes
      let key = 'server1'
      if (order === 'echo first') key = write!.echo()
      node.put('other', { title: 'foreign' })
      await write!.answer()
      if (order === 'answer first') {
        // Without an echo the stub has no key to answer with.
        assert.equal(model.id, undefined)
        todos.stop()
        return
      }
      assert.equal(model.id, key)
      assert.deepEqual(todos.map((each) => each.id).sort(), ['other', key].sort())
      todos.stop()
    })

    it(`create with wait: added once, ${order}`, async () => {
      const node = new StubNode()
      const todos = liveOn(node)
      const { heard } = record(todos)
      todos.create({ title: 'read' }, { wait: true })
      const [write] = node.writes
      assert.equal(todos.length, 0)
      if (order === 'echo first') write!.echo()
      await write!.answer()
      if (order === 'answer first') write!.echo()
      assert.equal(todos.length, 1)
      assert.equal(heard.filter(({ name }) => name === 'add').length, 1)
      todos.stop()
    })
  }

  it('create where the node insists on another key: one model remains, the one made here', async () => {
    const node = new StubNode()
    const todos = liveOn(node)
    const model = todos.create({ title: 'read' })
    node.writes[0]!.echo('own')
    await node.writes[0]!.answer()
    assert.deepEqual(todos.models, [model])
    assert.equal(model.id, 'own')
    node.put('own', { title: 'changed' })
    assert.equal(model.get('title'), 'changed')
    todos.stop()
  })

  it('a refused create leaves the collection, and error tells what was typed', async () => {
    const node = new StubNode()
    const todos = liveOn(node)
    let told: unknown
    let length = -1
    todos.on('error', (_model: unknown, error: Error, options: any) => {
      told = [error.message, options.typed]
      length = todos.length
    })
    todos.create({ title: 'read' })
    await node.writes[0]!.refuse()
    assert.deepEqual(told, ['no', { title: 'read' }])
    assert.equal(length, 0)
    todos.stop()
  })

  it('a model saved again before the answer to its create is patched, not created twice', async () => {
    const node = new StubNode()
    const todos = liveOn(node)
    const model = todos.create({ title: 'read' })
    model.save({ title: 'read more' })
    node.writes[0]!.echo()
    assert.equal(model.get('title'), 'read more')
    await node.writes[0]!.answer()
    assert.deepEqual([node.writes[1]!.kind, node.writes[1]!.value], ['patch', { title: 'read more' }])
    node.writes[1]!.echo()
    await node.writes[1]!.answer()
    assert.deepEqual(contentOf(todos), [{ title: 'read more', id: model.id }])
    todos.stop()
  })

  it('a model destroyed before the answer to its create is retracted and never comes back', async () => {
    const node = new StubNode()
    const todos = liveOn(node)
    const model = todos.create({ title: 'read' })
    model.destroy()
    node.writes[0]!.echo()
    assert.equal(todos.length, 0)
    await node.writes[0]!.answer()
    assert.deepEqual([node.writes[1]!.kind, node.writes[1]!.id], ['retract', node.writes[0]!.id])
    todos.stop()
  })

  it('save writes what differs from the newest known item', async () => {
    const node = new StubNode({ a: { title: 'A', done: false, old: 1 } })
    const todos = liveOn(node)
    const model = todos.get('a')
    model.unset('old', { silent: true })
    model.save({ title: 'B' })
    assert.deepEqual([node.writes[0]!.kind, node.writes[0]!.value, node.writes[0]!.unset], ['patch', { title: 'B' }, ['old']])
    todos.stop()
  })

  it('save with patch writes what it is given', () => {
    const node = new StubNode({ a: { title: 'A', done: false } })
    const todos = liveOn(node)
    todos.get('a').save({ done: true }, { patch: true })
    assert.deepEqual([node.writes[0]!.kind, node.writes[0]!.value], ['patch', { done: true }])
    todos.stop()
  })

  it('save with wait shows nothing before the answer', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const todos = liveOn(node)
    const model = todos.get('a')
    model.save({ title: 'B' }, { wait: true })
    assert.equal(model.get('title'), 'A')
    node.writes[0]!.echo()
    await node.writes[0]!.answer()
    assert.equal(model.get('title'), 'B')
    todos.stop()
  })

  it('a foreign change under a pending write shows through in the fields that it does not touch', async () => {
    const node = new StubNode({ a: { title: 'A', done: false } })
    const todos = liveOn(node)
    const model = todos.get('a')
    model.save({ title: 'mine' })
    node.put('a', { title: 'theirs', done: true })
    assert.deepEqual(model.attributes, { id: 'a', title: 'mine', done: true })
    await node.writes[0]!.refuse()
    assert.deepEqual(model.attributes, { id: 'a', title: 'theirs', done: true })
    todos.stop()
  })

  it('a refused save takes back only what nobody changed since, then error fires', async () => {
    const node = new StubNode({ a: { title: 'A', note: 'n', done: false } })
    const todos = liveOn(node)
    const model = todos.get('a')
    const seen: unknown[] = []
    model.on('error', (_: unknown, error: Error, options: any) => seen.push([error.constructor, options.typed, { ...model.attributes }]))
    model.save({ title: 'B', note: 'm' })
    model.set('note', 'typed since')
    await node.writes[0]!.refuse()
    assert.deepEqual(seen, [[DeniedError, { title: 'B', note: 'm' }, { id: 'a', title: 'A', note: 'typed since', done: false }]])
    todos.stop()
  })

  it('of two pending writes to a field the later one stands when the first is refused', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const todos = liveOn(node)
    const model = todos.get('a')
    model.save({ title: 'B' })
    model.save({ title: 'C' })
    await node.writes[0]!.refuse()
    assert.equal(model.get('title'), 'C')
    await node.writes[1]!.refuse()
    assert.equal(model.get('title'), 'A')
    todos.stop()
  })

  it('what the server makes of a write shows after the answer', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const todos = liveOn(node)
    todos.get('a').save({ title: ' B ' })
    node.put('a', { title: 'B' })
    await node.writes[0]!.answer()
    assert.equal(todos.get('a').get('title'), 'B')
    todos.stop()
  })

  it('destroy removes at once; a refused one puts the same model back in its place', async () => {
    const node = new StubNode({ a: { title: 'A' }, b: { title: 'B' }, c: { title: 'C' } })
    const todos = liveOn(node)
    const model = todos.get('b')
    model.destroy()
    assert.deepEqual(todos.pluck('id'), ['a', 'c'])
    node.put('b', { title: 'changed meanwhile' })
    assert.deepEqual(todos.pluck('id'), ['a', 'c'])
    await node.writes[0]!.refuse()
    assert.equal(todos.at(1), model)
    assert.equal(model.get('title'), 'changed meanwhile')
    node.put('b', { title: 'again' })
    assert.equal(model.get('title'), 'again')
    todos.stop()
  })

  it('destroy with wait removes when the node says so', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const todos = liveOn(node)
    todos.get('a').destroy({ wait: true })
    assert.equal(todos.length, 1)
    node.writes[0]!.echo()
    await node.writes[0]!.answer()
    assert.equal(todos.length, 0)
    todos.stop()
  })

  it('fetch takes one snapshot, by set or by reset', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const todos = new NodeCollection([], { node })
    const { heard } = record(todos)
    await todos.fetch()
    await todos.fetch({ reset: true })
    assert.deepEqual(
      heard.filter(({ name }) => ['request', 'add', 'update', 'reset', 'sync'].includes(name)).map(({ name }) => name),
      ['request', 'add', 'update', 'sync', 'request', 'reset', 'sync'],
    )
    assert.deepEqual(contentOf(todos), [{ title: 'A', id: 'a' }])
  })

  it('fetch of a live collection waits for the node and leaves pending models alone', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const todos = liveOn(node)
    todos.create({ title: 'new' })
    await todos.fetch()
    assert.deepEqual(todos.pluck('title'), ['A', 'new'])
    todos.stop()
  })

  it('fetch of a page', async () => {
    const todos = new NodeCollection([], { node: new StubNode() })
    const options: any = { page: { max: 1 } }
    let paged: unknown
    await todos.fetch({ ...options, success: (_: unknown, __: unknown, done: any) => (paged = done.paged) })
    assert.deepEqual(contentOf(todos), [{ title: 'page', id: 'p1' }])
    assert.deepEqual(paged, { first: 'p1', last: 'p1', count: 9 })
  })

  it('fetch of a model, there and missing', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const model = new NodeModel<any>({ id: 'a' }, { node: node as any })
    await model.fetch()
    assert.equal(model.get('title'), 'A')
    const errors: unknown[] = []
    const missing = new NodeModel<any>({ id: 'x' }, { node: node as any })
    missing.on('error', (_: unknown, error: unknown) => errors.push(error))
    await assert.rejects(Promise.resolve(missing.fetch()), MissingError)
    assert.equal(errors.length, 1)
  })

  it('calls success and error as Backbone does, with context', async () => {
    const node = new StubNode({ a: { title: 'A' } })
    const todos = liveOn(node)
    const model = todos.get('a')
    const calls: unknown[] = []
    const context = {}
    const options: any = {
      context,
      success(this: unknown, subject: unknown) {
        calls.push(['success', this === context, subject === model])
      },
      error(this: unknown, subject: unknown, error: Error) {
        calls.push(['error', this === context, subject === model, error.message])
      },
    }
    model.save({ title: 'B' }, options)
    await node.writes[0]!.answer()
    model.save({ title: 'C' }, options)
    await node.writes[1]!.refuse()
    assert.deepEqual(calls, [
      ['success', true, true],
      ['error', true, true, 'no'],
    ])
    todos.stop()
  })

  it('models of another class take part with nodeSync', async () => {
    const node = new StubNode()
    const Plain = Backbone.Model.extend({ sync: nodeSync })
    const todos = liveOn(node, { model: Plain })
    const model = todos.create({ title: 'read' })
    node.writes[0]!.echo()
    await node.writes[0]!.answer()
    assert.equal(model.id, node.writes[0]!.id)
    todos.stop()
  })

  it('without a node, Backbone.sync is asked, for models and collections', () => {
    const asked: string[] = []
    const { sync } = Backbone
    Backbone.sync = (method: string) => void asked.push(method) as any
    try {
      const todos = new NodeCollection([{ id: 'a' }])
      todos.at(0).save()
      todos.at(0).destroy({ wait: true })
      todos.fetch()
      todos.create({ title: 'x' })
    } finally {
      Backbone.sync = sync
    }
    assert.deepEqual(asked, ['update', 'delete', 'read', 'create'])
  })

  it('ES classes and extend', () => {
    class Todo extends NodeModel<{ title: string }> {}
    class Todos extends NodeCollection<Todo> {
      override preinitialize(): void {
        this.model = Todo
      }
    }
    const todos = new Todos([{ title: 'x' }])
    assert.ok(todos.at(0) instanceof Todo)
    assert.ok(new (NodeCollection.extend({}))() instanceof Backbone.Collection)
  })

  it('on a transport: writes made offline wait, and refused ones come back', async () => {
    const transport = new MemoryTransport({
      validate: (_, item: any) => {
        if (item.title === 'bad') throw new DeniedError('bad')
      },
    })
    const todos = new NodeCollection([], { node: transport.node('todos') }).live()
    todos.create({ title: 'one' })
    await settled()
    transport.disconnect()
    todos.create({ title: 'two' })
    todos.create({ title: 'bad' })
    assert.deepEqual(todos.pluck('title'), ['one', 'two', 'bad'])
    const refused = new Promise<any>((resolve) => todos.on('error', (_: unknown, __: unknown, options: any) => resolve(options.typed)))
    transport.reconnect()
    assert.deepEqual(await refused, { title: 'bad' })
    await settled()
    assert.deepEqual(todos.pluck('title'), ['one', 'two'])
    todos.stop()
    await transport.close()
  })
})
