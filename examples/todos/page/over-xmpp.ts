import { type FeedNode, ProtocolError, ValidationError } from 'rachis'
import { connectXmpp, jsonEntry, type XmppCodec, type XmppTransport } from 'rachis/xmpp'
import { Strophe } from 'strophe.js'
import { faultOf } from '../rules.js'
import type { Account } from './account.js'
import type { Todo } from './todos.js'

const json = jsonEntry<Todo>()

/** Todos as JSON in `<entry>`. No XMPP server looks into items: what may be one, and what is shown as one, is held to here. */
const codec: XmppCodec<Todo> = {
  encode(todo) {
    const fault = faultOf(todo.title)
    if (fault !== undefined) throw new ValidationError(fault, { title: fault })
    return json.encode(todo)
  },
  decode(payload) {
    const { title, done, written } = json.decode(payload) as Readonly<Record<keyof Todo, unknown>>
    if (typeof title !== 'string' || typeof written !== 'number') throw new ProtocolError('it is no todo')
    return { title, done: done === true, written }
  },
}

/** Connects as somebody. Throws `ArgumentError` for what can't be an address. */
export function connectAs(account: Account): XmppTransport {
  const library = Strophe as { setLogLevel(level: number): void; readonly LogLevel: { readonly FATAL: number } }
  // The page tells what there is to tell.
  library.setLogLevel(library.LogLevel.FATAL)
  // Somebody is looking: notice soon, and try again soon.
  return connectXmpp({ ...account, keepalive: 10_000, backoff: { max: 6_000 } })
}

/** The node of the todos, which is made for everybody if it isn't there. */
export function todosOf(transport: XmppTransport): FeedNode<Todo> {
  return transport.node<Todo>('todos', {
    codec,
    create: { accessModel: 'open', publishModel: 'open', persistItems: true, maxItems: 'max' },
  })
}
