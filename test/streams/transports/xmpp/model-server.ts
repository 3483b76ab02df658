import { ConnectionError } from '../../../../src/errors.js'
import type { Key } from '../../../../src/streams/event.js'
import { Outbox } from '../../../../src/streams/transports/outbox.js'
import { Status } from '../../../../src/streams/transports/status.js'
import { serialize } from '../../../../src/streams/transports/xmpp/builder.js'
import { type XmppLink, XmppNode } from '../../../../src/streams/transports/xmpp/node.js'
import { onceOnly, type Outcome } from '../../../../src/streams/transports/xmpp/once-only.js'
import { parseEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import { XmppRoot } from '../../../../src/streams/transports/xmpp/root.js'
import type { Stanza, XmppSession } from '../../../../src/streams/transports/xmpp/session.js'
import { stanzaRejection } from '../../../../src/streams/transports/xmpp/stanza-error.js'
import { parseXml } from './parse-xml.js'
import { itemXml, type Row } from './stub-node.js'
import { errorXml } from './stub-session.js'

interface Request {
  readonly text: string
  readonly what: string
  answer?: string
  /** The events that were on their way before it was done. */
  before?: number
  settle?: { resolve(answer: Element): void; reject(error: Error): void } | undefined
}

const service = 'pubsub.example.org'

/** A server with one node, every move of which is made from outside: what it does, and what of it arrives when. And a client that has the node. */
export class ModelServer implements XmppSession {
  readonly items = new Map<Key, { readonly n: number; readonly serial: number }>()
  readonly jid = 'juliet@example.org/balcony'
  readonly domain = 'example.org'
  readonly status = new Status({ state: 'online', since: new Date() })
  readonly node: XmppNode<Row>
  /** How often each value was published by the client. */
  readonly published = new Map<number, number>()
  /** Something was not answered, and will be tried again later. */
  late = false
  private readonly outbox = new Outbox<() => Promise<Outcome>>(100)
  private requests: Request[] = []
  private events: string[] = []
  private subscribed = false
  private up = true
  private serial = 0
  private told = 0
  private delivered = 0

  /** `pages`: as ejabberd has them; else everything comes at once, as on Prosody. */
  constructor(private readonly pages: boolean) {
    const link: XmppLink = {
      session: this,
      root: new XmppRoot(),
      echo: 2000,
      online: () => this.up,
      closed: () => false,
      read: (_, read) => read(),
      write: async <R>(write: () => Promise<R>): Promise<R> => {
        const outcome = (await this.outbox.add(onceOnly(write, this.status))) as Outcome
        if ('error' in outcome) throw outcome.error
        return outcome.value as R
      },
      ensure: () => Promise.resolve(),
      forget: () => undefined,
    }
    this.node = new XmppNode<Row>('rows', service, { refresh: 0, pageSize: 2, onBadItem: () => undefined }, link)
    this.open()
  }

  get online(): boolean {
    return this.up
  }

  request(iq: Stanza, what: string): Promise<Element> {
    if (!this.up) this.late = true
    if (!this.up) return Promise.reject(new ConnectionError(`${what}: there is no connection`))
    return new Promise((resolve, reject) => {
      this.requests.push({ text: serialize(iq.tree()), what, settle: { resolve, reject } })
    })
  }

  send(): void {
    throw new Error('nothing is sent')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** Somebody else writes; `bare`: it is told without payload. */
  put(id: Key, n: number, bare = false): void {
    this.items.set(id, { n, serial: this.items.get(id)?.serial ?? ++this.serial })
    this.tell(`<items node="rows">${bare ? `<item id="${id}"/>` : itemXml(id, n)}</items>`)
  }

  /** Of several the ids are told as one, as ejabberd does. */
  remove(...ids: readonly Key[]): void {
    const gone = ids.filter((id) => this.items.delete(id))
    if (gone.length > 0) this.tell(`<items node="rows"><retract id="${gone.join('')}"/></items>`)
  }

  purge(): void {
    this.items.clear()
    this.tell('<purge node="rows"/>')
  }

  configure(): void {
    this.tell('<configuration node="rows"/>')
  }

  /** Does what is asked for next; `false` if there is nothing. */
  work(): boolean {
    const request = this.requests.find(({ answer }) => answer === undefined)
    if (request === undefined) return false
    request.answer = this.answerTo(request.text)
    if (request.text.includes('<subscribe')) request.before = this.told
    return true
  }

  /** An answer arrives; `false` if none is on its way. */
  answer(which = 0): boolean {
    const ready = this.requests.filter(({ answer, before = 0 }) => answer !== undefined && before <= this.delivered)
    const request = ready[which % ready.length]
    if (!this.up || request === undefined) return false
    this.requests = this.requests.filter((each) => each !== request)
    const { answer = '', what, settle } = request
    const stanza = parseXml(`<iq xmlns="jabber:client" type="result">${answer}</iq>`)
    if (answer.startsWith('<error')) settle?.reject(stanzaRejection(what, stanza))
    else settle?.resolve(stanza)
    return true
  }

  /** An event arrives; `false` if none is on its way. */
  deliver(): boolean {
    if (!this.up || this.events.length === 0) return false
    const event = this.events.shift()!
    this.delivered++
    const message = `<message xmlns="jabber:client" from="${service}"><event xmlns="http://jabber.org/protocol/pubsub#event">${event}</event></message>`
    for (const each of parseEvent(parseXml(message))) this.node.receive(each)
    return true
  }

  /** The client waits for an answer no longer; the request may still be done. */
  timeOut(which: number): void {
    const waiting = this.requests.filter(({ settle }) => settle !== undefined)
    const request = waiting[which % waiting.length]
    request?.settle?.reject(new ConnectionError(`${request.what}: there was no answer`, true))
    if (request === undefined) return
    request.settle = undefined
    this.late = true
  }

  cut(): void {
    if (!this.up) return
    this.up = false
    this.outbox.pause()
    this.status.next({ state: 'offline', reason: 'cut', attempt: 1, retryAt: undefined })
  }

  /** The stream goes on, and all that is on its way arrives. */
  resume(): void {
    if (this.up) return
    this.up = true
    this.node.resumed()
    this.open()
  }

  /** Another stream: what was on its way is lost. */
  connect(): void {
    if (this.up) return
    this.subscribed = false
    this.events = []
    this.delivered = this.told
    for (const { settle, what } of this.requests.splice(0)) settle?.reject(new ConnectionError(`${what}: lost`, true))
    this.up = true
    this.node.connected()
    this.open()
  }

  private open(): void {
    this.outbox.open((write) => write())
    this.status.next({ state: 'online', since: new Date() })
  }

  private tell(event: string): void {
    if (!this.subscribed) return
    this.events.push(event)
    this.told++
  }

  private answerTo(request: string): string {
    const [, id, n] = /<publish[^]*<item id="([^"]+)"[^]*n(?:"|&quot;):(\d+)/.exec(request) ?? []
    if (id !== undefined) {
      this.published.set(Number(n), (this.published.get(Number(n)) ?? 0) + 1)
      this.put(id, Number(n))
    }
    const [, gone] = /<retract[^]*<item id="([^"]+)"/.exec(request) ?? []
    if (gone !== undefined && !this.items.has(gone)) return errorXml('item-not-found')
    if (gone !== undefined) this.remove(gone)
    if (request.includes('<subscribe')) this.subscribed = true
    if (request.includes('<unsubscribe')) this.subscribed = false
    return request.includes('<items') ? this.list(request) : ''
  }

  private list(request: string): string {
    const asked = [...request.matchAll(/<item id="([^"]+)"/g)].map(([, id]) => id!)
    const all = [...this.items].sort(([, a], [, b]) => a.serial - b.serial)
    const after = Number(/<after>(\d+)/.exec(request)?.[1] ?? 0)
    const paged = this.pages && asked.length === 0
    const page = paged ? all.filter(([, { serial }]) => serial > after).slice(0, 2) : all
    const chosen = page.filter(([id]) => asked.length === 0 || asked.includes(id))
    const last = page.length > 0 ? `<last>${String(page.at(-1)![1].serial)}</last>` : ''
    const set = paged ? `<set xmlns="http://jabber.org/protocol/rsm">${last}<count>${String(all.length)}</count></set>` : ''
    const list = chosen.map(([id, { n }]) => itemXml(id, n)).join('')
    return `<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="rows">${list}</items>${set}</pubsub>`
  }
}
