import mongoose from 'mongoose'
import { NodeCollection } from '../../src/backbone/index.js'
import { Hub, modelFeed } from '../../src/server/index.js'
import { type FeedNode, Source, type Transport } from '../../src/streams/index.js'
import { expectTypeOf } from 'expect-type'

interface Todo {
  title: string
  done: boolean
}
interface User {
  readonly id: string
}
declare const transport: Transport

// A model inferred from its schema, and one of a stated type.
const Inferred = mongoose.model(
  'Inferred',
  new mongoose.Schema({ title: { type: String, required: true }, done: { type: Boolean, default: false } }),
)
const Stated = mongoose.model<Todo>('Stated', new mongoose.Schema<Todo>({ title: String, done: Boolean }))
const hub = new Hub<User>({ authenticate: () => ({ user: { id: 'a' } }) })
hub.channel('inferred', { model: Inferred, rules: { read: () => true, fields: { readable: '*' } } })
hub.channel('stated', { model: Stated, rules: { read: (user) => ({ title: user.id }), fields: { readable: ['title'] } } })
hub.channel('source', {
  source: new Source<Todo>({ key: (todo) => todo.title }),
  rules: { read: (user) => user.id === 'a', fields: { readable: '*' } },
})
hub.channel('feed', { feed: modelFeed(Stated), rules: { read: () => true, fields: { readable: '*' } } })

// Nodes are typed by who asks for them, and a collection takes any.
const node = transport.node<Todo>('todos')
expectTypeOf(node).toEqualTypeOf<FeedNode<Todo>>()
new NodeCollection([], { node })
new NodeCollection([], { node: transport.node('todos'), query: { filter: { done: false } } })
void node.publish({ title: 'a', done: false })
// @ts-expect-error a todo has a title
void node.publish({ done: false })
// @ts-expect-error done is no text
void node.patch('a', { done: 'yes' })
