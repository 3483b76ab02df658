import type { Observable } from 'rxjs'
import { ArgumentError, ConnectionError, type RachisError } from '../../../errors.js'
import type { FeedNode, Transport, TransportStatus } from '../../node.js'
import { Outbox } from '../outbox.js'
import { EntityCaps } from './caps.js'
import type { BadItem } from './item-reader.js'
import { bareJid } from './jid.js'
import { NodeRegister } from './node-register.js'
import { type XmppLink, XmppNode, type XmppNodeOptions } from './node.js'
import { onceOnly, type Outcome } from './once-only.js'
import { parseEvent, type PubsubEvent } from './pubsub-events.js'
import { XmppRoot } from './root.js'
import { openSession, type XmppSession, type XmppSessionListener, type XmppSessionOptions } from './session.js'

/** How to reach a server, and its publish-subscribe service. */
export interface XmppOptions extends XmppSessionOptions {
  /** The JID of the service. Default: `pubsub.` and the domain of the account. */
  readonly pubsub?: string
  /** How many writes may wait for their answers. Default 10,000. */
  readonly outbox?: number
  /** Milliseconds to wait for the echo of a write before its item is read instead. Default 2,000. */
  readonly echo?: number
  /**
   * Nodes of contacts' accounts, and of one's own, whose events are wanted without a subscription (XEP-0163 §4): presence asks for them by entity capabilities. Their feeds
   * are those of `node(name, { service: 'contact@example.org', subscribe: false })`. With an adopted connection, whoever announces presence on it announces them too.
   */
  readonly notify?: readonly string[]
  /** Hears of items that can't be read. Default: a warning on the console. */
  readonly onBadItem?: (bad: BadItem) => void
}

/** A transport over XMPP publish-subscribe. */
export interface XmppTransport extends Transport {
  node<T extends object>(name: string, options?: XmppNodeOptions<T>): FeedNode<T>
  /** The JID of the publish-subscribe service. */
  readonly pubsub: string
  /** The full JID, once it was online. */
  readonly jid: string
}

/** How many writes are on their way at once. */
const writesInFlight = 64

/**
 * Connects to an XMPP server over WebSocket or BOSH, or goes along with a `Strophe.Connection`, and stays connected until it is closed. Nodes of publish-subscribe
 * (XEP-0060) are feeds; queries run in the client.
 *
 * While there is no connection feeds keep their last state and writes wait. A write that was on its way when the connection was lost for good rejects with
 * `ConnectionError`, its outcome unknown: XMPP knows no writes that are done once. If the server denies the credentials everything ends with that error.
 * Throws `ArgumentError` for options it can't use.
 *
 * ```ts
 * const transport = connectXmpp({ service: 'wss://example.org/xmpp-websocket', jid: 'juliet@example.org', password })
 * transport.node<Todo>('todos').feed({ filter: { done: false } }).subscribe(render)
 * ```
 */
export function connectXmpp(options: XmppOptions): XmppTransport {
  return new Xmpp(options)
}

/** The same with its session, for who makes requests of another kind; `heard` gets each message with events when the nodes have had it, and must not throw. */
export function openXmpp(
  options: XmppOptions,
  heard: (events: readonly PubsubEvent[], stanza: Element) => void,
): XmppTransport & { readonly session: XmppSession } {
  return new Xmpp(options, heard)
}

class Xmpp implements XmppTransport, XmppLink {
  readonly status$: Observable<TransportStatus>
  readonly session: XmppSession
  readonly root = new XmppRoot()
  readonly echo: number
  private readonly register: NodeRegister
  private readonly caps: EntityCaps | undefined
  private readonly nodes = new Map<string, XmppNode<never>>()
  private readonly outbox: Outbox<() => Promise<Outcome>>
  private readonly onBadItem: (bad: BadItem) => void
  private ended: RachisError | undefined
  private up = false

  constructor(
    private readonly options: XmppOptions,
    heard?: (events: readonly PubsubEvent[], stanza: Element) => void,
  ) {
    this.echo = options.echo ?? 2000
    this.onBadItem = options.onBadItem ?? warn
    this.outbox = new Outbox(options.outbox ?? 10_000)
    const { notify, presence, ...unannounced } = options
    this.caps = notify && new EntityCaps(notify, presence)
    // One presence says both.
    this.session = openSession(this.caps ? unannounced : options, this.listener(heard))
    this.status$ = this.session.status.status$
    this.register = new NodeRegister(this.session)
  }

  get jid(): string {
    return this.session.jid
  }

  node<T extends object>(name: string, options: XmppNodeOptions<T> = {}): FeedNode<T> {
    if (name === '') throw new ArgumentError('node: a node has a name')
    const { service = this.pubsub } = options
    const key = keyOf(service, name)
    let node = this.nodes.get(key) as unknown as XmppNode<T> | undefined
    if (!node) {
      node = new XmppNode<T>(name, service, { onBadItem: this.onBadItem, ...options }, this)
      this.nodes.set(key, node as unknown as XmppNode<never>)
    }
    return node
  }

  async close(): Promise<void> {
    if (!this.ended) {
      this.ended = new ConnectionError('the transport is closed')
      this.outbox.pause()
      this.outbox.clear((sent) => new ConnectionError('the transport was closed before the write was answered', sent))
      for (const node of this.nodes.values()) node.end()
    }
    await this.session.close()
  }

  online(): boolean {
    return this.up
  }

  closed(): boolean {
    return this.ended !== undefined
  }

  async read<R>(what: string, read: () => Promise<R>): Promise<R> {
    const status = await this.session.status.settled()
    if (this.ended) throw this.ended
    if (status.state === 'offline') throw new ConnectionError(`${what}: there is no connection (${status.reason})`)
    return read()
  }

  async write<R>(write: () => Promise<R>): Promise<R> {
    if (this.ended) throw this.ended
    const outcome = (await this.outbox.add(onceOnly(write, this.session.status))) as Outcome
    if ('error' in outcome) throw outcome.error
    return outcome.value as R
  }

  ensure(service: string, node: string, create: XmppNodeOptions<never>['create']): Promise<void> {
    return this.register.ensure(service, node, create)
  }

  forget(service: string, node: string): void {
    this.register.forget(service, node)
  }

  private listener(heard?: (events: readonly PubsubEvent[], stanza: Element) => void): XmppSessionListener {
    return {
      online: (resumed) => {
        this.connected(resumed)
      },
      offline: () => {
        this.up = false
        this.outbox.pause()
      },
      denied: (error) => {
        this.ended = error
        this.outbox.pause()
        this.outbox.clear(() => error)
        for (const node of this.nodes.values()) node.end(error)
      },
      asked: (iq) => this.caps?.answer(iq),
      message: (stanza) => {
        const events = parseEvent(stanza)
        for (const event of events) this.tell(event)
        if (events.length > 0) heard?.(events, stanza)
      },
    }
  }

  private connected(resumed: boolean): void {
    this.up = true
    if (!resumed) {
      this.register.clear()
      if (this.caps) this.session.send(this.caps.presence())
    }
    for (const node of this.nodes.values()) {
      if (resumed) node.resumed()
      else node.connected()
    }
    this.outbox.open((write) => write(), writesInFlight)
  }

  private tell(event: PubsubEvent): void {
    const { service = bareJid(this.jid), node = '' } = event
    if (event.type === 'delete') this.forget(service, node)
    this.nodes.get(keyOf(service, node))?.receive(event)
  }

  get pubsub(): string {
    return this.options.pubsub ?? `pubsub.${this.session.domain}`
  }
}

/** Servers tell of themselves in small letters (RFC 7622 §3.2). */
function keyOf(service: string, node: string): string {
  return `${service.toLowerCase()}\n${node}`
}

function warn({ node, id, error }: BadItem): void {
  console.warn(`${node}: ${id === undefined ? 'something' : JSON.stringify(id)} was left out: ${error.message}`)
}
