import { type Builder, connect, $build, $iq, type OwnConnection, Strophe } from './strophe.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import type { XmppAccount } from '../../../services/xmpp-session.js'

const pubsub = 'http://jabber.org/protocol/pubsub'
const atom = 'http://www.w3.org/2005/Atom'

/** What an application of before does, written with nothing but strophe. */
export class OldClient {
  /** `publish ID TEXT`, `retract ID`, `purge`, `delete`, as they come. */
  readonly heard: string[] = []
  private readonly waiting: { readonly pattern: RegExp; readonly resolve: (text: string) => void }[] = []

  private constructor(
    readonly connection: OwnConnection,
    readonly service: string,
  ) {}

  static async connect(server: XmppServer, account: XmppAccount): Promise<OldClient> {
    const connection = new Strophe.Connection(server.wsUrl)
    const client = new OldClient(connection, server.pubsub)
    await connect(connection, account)
    connection.addHandler(
      (message) => {
        client.hear(message)
        return true
      },
      null,
      'message',
      null,
    )
    return client
  }

  /** Resolves when that has been heard, or is next. */
  async hears(pattern: RegExp): Promise<string> {
    const heard = this.heard.find((each) => pattern.test(each))
    return heard ?? new Promise((resolve) => this.waiting.push({ pattern, resolve }))
  }

  publish(node: string, id: string, attributes: object): Promise<Element> {
    return this.publishText(node, id, JSON.stringify(attributes))
  }

  publishText(node: string, id: string, text: string): Promise<Element> {
    return this.ask('set', (iq) => iq.c('publish', { node }).c('item', { id }).c('entry', { xmlns: atom }).t(text))
  }

  retract(node: string, id: string): Promise<Element> {
    return this.ask('set', (iq) => iq.c('retract', { node, notify: 'true' }).c('item', { id }))
  }

  subscribe(node: string): Promise<Element> {
    return this.ask('set', (iq) => iq.c('subscribe', { node, jid: this.connection.jid }))
  }

  create(node: string, config: Readonly<Record<string, string>> = {}): Promise<Element> {
    return this.ask('set', (iq) => {
      const form = iq.c('create', { node }).up().c('configure').c('x', { xmlns: 'jabber:x:data', type: 'submit' })
      form.c('field', { var: 'FORM_TYPE', type: 'hidden' }).c('value', {}, `${pubsub}#node_config`).up()
      for (const [name, value] of Object.entries(config))
        form
          .c('field', { var: `pubsub#${name}` })
          .c('value', {}, value)
          .up()
      return form
    })
  }

  purge(node: string): Promise<Element> {
    return this.ask('set', (iq) => iq.c('purge', { node }), `${pubsub}#owner`)
  }

  delete(node: string): Promise<Element> {
    return this.ask('set', (iq) => iq.c('delete', { node }), `${pubsub}#owner`)
  }

  /** Lets an account publish, and retract what it published. */
  letPublish(node: string, jid: string): Promise<Element> {
    const make = (iq: Builder): Builder => iq.c('affiliations', { node }).c('affiliation', { jid, affiliation: 'publisher' })
    return this.ask('set', make, `${pubsub}#owner`)
  }

  /** The JIDs that are subscribed to a node of its own. */
  async subscribers(node: string): Promise<string[]> {
    const answer = await this.ask('get', (iq) => iq.c('subscriptions', { node }), `${pubsub}#owner`)
    return Array.from(answer.getElementsByTagName('subscription')).map((el) => el.getAttribute('jid') ?? '')
  }

  /** The text of each item's payload. */
  async items(node: string): Promise<Record<string, string>> {
    const answer = await this.ask('get', (iq) => iq.c('items', { node }))
    const items = Array.from(answer.getElementsByTagName('item'))
    return Object.fromEntries(items.map((item) => [item.getAttribute('id') ?? '', item.textContent]))
  }

  async json(node: string): Promise<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(await this.items(node)).map(([id, text]) => [id, JSON.parse(text) as unknown]))
  }

  end(): void {
    this.connection.disconnect()
  }

  private ask(type: 'get' | 'set', make: (iq: Builder) => Builder, xmlns = pubsub): Promise<Element> {
    const iq = $iq({ type, to: this.service, id: `old-${Math.random()}` }).c('pubsub', { xmlns })
    make(iq)
    return new Promise((resolve, reject) => {
      this.connection.sendIQ(iq.tree(), resolve, (answer) => {
        reject(new Error(answer ? Strophe.serialize(answer) : 'no answer'))
      })
    })
  }

  private hear(message: Element): void {
    for (const event of Array.from(message.getElementsByTagName('event')))
      for (const el of Array.from(event.childNodes) as Element[]) {
        if (el.localName !== 'items') this.tell(el.localName)
        for (const child of el.localName === 'items' ? (Array.from(el.childNodes) as Element[]) : [])
          this.tell(
            child.localName === 'item'
              ? `publish ${child.getAttribute('id') ?? ''} ${child.textContent}`
              : `retract ${child.getAttribute('id') ?? ''}`,
          )
      }
  }

  private tell(text: string): void {
    this.heard.push(text)
    for (const { pattern, resolve } of this.waiting.filter(({ pattern }) => pattern.test(text))) {
      this.waiting.splice(
        this.waiting.findIndex((each) => each.pattern === pattern),
        1,
      )
      resolve(text)
    }
  }
}

/** An element of before. */
export function entry(text: string): Element {
  return $build('entry', { xmlns: atom }).t(text).tree()
}
