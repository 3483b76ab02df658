import { Strophe } from 'strophe.js'
import type { StropheConnection } from '../../src/streams/transports/xmpp/strophe-connection.js'

/** strophe's connection as a socket sees it. */
export interface Receiver extends StropheConnection {
  /** What the socket's `message` event calls. */
  receive(text: string): void
  /** The part of it behind the parser. */
  receiveParsed(wrapper: Element): void
  parse(text: string): Element
  /** strophe's idle timer stops. */
  end(): void
}

/** A real `Strophe.Connection` without a socket, which takes itself for connected: what it sends `answer` answers, at once. */
export function fakeConnection(answer: (stanza: Element) => string | undefined): Receiver {
  const connection = new (Strophe as any).Connection('ws://localhost/')
  connection.jid = 'juliet@localhost/bench'
  connection.authenticated = connection.connected = true
  connection.send = (stanza: Element) => {
    const text = answer(stanza)
    if (text !== undefined) queueMicrotask(() => connection.receive(text))
  }
  connection.receive = (data: string) => connection._proto._onMessage({ data })
  connection.receiveParsed = (wrapper: Element) => connection._dataRecv(wrapper)
  connection.parse = (text: string) => new DOMParser().parseFromString(connection._proto._streamWrap(text), 'text/xml').documentElement
  connection.end = () => {
    connection.connected = false
  }
  return connection as Receiver
}

/** A service that has one node, with the items of the moment, which may be asked for by id. */
export function answersOf(node: string, items: ReadonlyMap<string, string>): (stanza: Element) => string | undefined {
  return (stanza) => {
    const name = stanza.firstChild?.firstChild?.nodeName ?? stanza.firstChild?.nodeName
    const head = `<iq xmlns='jabber:client' type='result' from='${stanza.getAttribute('to')}' id='${stanza.getAttribute('id')}'>`
    const pubsub = (content: string): string => `${head}<pubsub xmlns='http://jabber.org/protocol/pubsub'>${content}</pubsub></iq>`
    if (name === 'query')
      return `${head}<query xmlns='http://jabber.org/protocol/disco#info'><identity category='pubsub' type='leaf'/></query></iq>`
    if (name === 'subscribe') return pubsub(`<subscription node='${node}' jid='juliet@localhost/bench' subscription='subscribed'/>`)
    if (name === 'items') {
      const asked = Array.from(stanza.getElementsByTagName('item'), (item) => item.getAttribute('id') ?? '')
      const found = asked.length > 0 ? asked.map((id) => items.get(id) ?? '') : [...items.values()]
      return pubsub(`<items node='${node}'>${found.join('')}</items>`)
    }
    return `${head}</iq>`
  }
}
