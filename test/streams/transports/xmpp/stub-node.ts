import type { Key } from '../../../../src/streams/event.js'
import type { BadItem } from '../../../../src/streams/transports/xmpp/item-reader.js'
import { type XmppLink, XmppNode, type XmppNodeOptions } from '../../../../src/streams/transports/xmpp/node.js'
import { parseEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import { XmppRoot } from '../../../../src/streams/transports/xmpp/root.js'
import { parseXml } from './parse-xml.js'
import { StubSession } from './stub-session.js'

export interface Row {
  readonly n: number
}

/** The XML of an item with `{ n }`. */
export function itemXml(id: Key, n: number): string {
  return `<item id="${id}"><entry xmlns="http://www.w3.org/2005/Atom">{"n":${n}}</entry></item>`
}

/** A node `rows` on a server that is a map, and what the server says of it by itself. */
export class StubNode {
  /** What the server has. */
  readonly items = new Map<Key, number>()
  readonly bad: BadItem[] = []
  readonly session: StubSession
  readonly node: XmppNode<Row>
  /** Answers in place of the server, if it answers something. */
  answer: (request: string) => string | Error | undefined = () => undefined
  /** There is a connection. */
  up = true

  constructor(options: XmppNodeOptions<Row> = {}) {
    this.session = new StubSession((request) => this.answer(request) ?? this.serve(request))
    const link: XmppLink = {
      session: this.session,
      root: new XmppRoot(),
      echo: 20,
      online: () => this.up,
      closed: () => false,
      read: (_, read) => read(),
      write: (write) => write(),
      ensure: () => Promise.resolve(),
      forget: () => undefined,
    }
    this.node = new XmppNode<Row>('rows', 'pubsub.example.org', { refresh: 0, onBadItem: (bad) => this.bad.push(bad), ...options }, link)
  }

  /** An event of the service, as text; what it tells of the node is given to it. */
  tell(content: string, from = 'pubsub.example.org'): void {
    const message = `<message xmlns="jabber:client" from="${from}"><event xmlns="http://jabber.org/protocol/pubsub#event">${content}</event></message>`
    for (const event of parseEvent(parseXml(message))) this.node.receive(event)
  }

  /** Puts an item and tells of it. */
  put(id: Key, n: number): void {
    this.items.set(id, n)
    this.tell(`<items node="rows">${itemXml(id, n)}</items>`)
  }

  /** How many of the requests so far hold `text`. */
  asked(text: string): number {
    return this.session.asked.filter((request) => request.includes(text)).length
  }

  /** When all requests on the way are answered. */
  async answered(): Promise<void> {
    for (let asked = -1; asked !== this.session.asked.length;) {
      asked = this.session.asked.length
      await new Promise(setImmediate)
    }
  }

  private serve(request: string): string {
    if (request.includes('<items')) {
      const ids = [...request.matchAll(/<item id="([^"]+)"/g)].map(([, id]) => id!)
      const wanted = ids.length === 0 ? [...this.items.keys()] : ids.filter((id) => this.items.has(id))
      const list = wanted.map((id) => itemXml(id, this.items.get(id)!)).join('')
      return `<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="rows">${list}</items></pubsub>`
    }
    const [, id, n] = /<publish[^]*<item id="([^"]+)"[^]*n(?:"|&quot;):(\d+)/.exec(request) ?? []
    if (id !== undefined) this.items.set(id, Number(n))
    const [, gone] = /<retract[^]*<item id="([^"]+)"/.exec(request) ?? []
    if (gone !== undefined) this.items.delete(gone)
    return ''
  }
}
