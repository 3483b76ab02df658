import Backbone from 'backbone'
import { Subject } from 'rxjs'
import { ConnectionError } from '../../../errors.js'
import type { Feed } from '../../../streams/event.js'
import { xmppAdmin } from '../../../streams/transports/xmpp/admin.js'
import { attributeOf, childOf, childrenOf, descend, textOf } from '../../../streams/transports/xmpp/dom.js'
import { choose } from '../../../streams/transports/xmpp/item-reader.js'
import { bareJid, domainOf, sameJid } from '../../../streams/transports/xmpp/jid.js'
import { ns } from '../../../streams/transports/xmpp/namespaces.js'
import type { PubsubEvent } from '../../../streams/transports/xmpp/pubsub-events.js'
import { configurationRequest, createRequest, deleteRequest } from '../../../streams/transports/xmpp/pubsub-owner-requests.js'
import {
  itemsRequest,
  type Payload,
  publishRequest,
  retractRequest,
  subscribeRequest,
  subscriptionsRequest,
  unsubscribeRequest,
} from '../../../streams/transports/xmpp/pubsub-requests.js'
import {
  parseConfiguration,
  parseCreated,
  parsePublished,
  parseSubscription,
  parseSubscriptions,
  type RawItem,
  type Subscription,
} from '../../../streams/transports/xmpp/pubsub-results.js'
import { parseRsm, type RsmResult } from '../../../streams/transports/xmpp/rsm.js'
import type { Stanza } from '../../../streams/transports/xmpp/session.js'
import type { StropheConnection } from '../../../streams/transports/xmpp/strophe-connection.js'
import { openXmpp } from '../../../streams/transports/xmpp/transport.js'
import { attempt } from '../report.js'
import { answer, type PubSubPromise, resultsOf } from './answer.js'
import { entryCodec, type ItemAttributes, writeEntry } from './entry-codec.js'
import { EventCopies } from './event-copies.js'
import type { ItemsOptions, NodeOptions, NodeSubscription } from './options.js'

/** What may concern who follows a node: something was done with it, or an item was published; without a node, the service is another. */
export interface Sign {
  readonly node: string | undefined
  readonly id?: string
}

const Events = function () {
  // Its methods are Backbone's.
} as unknown as new () => Backbone.Events

/**
 * Publish-subscribe on one `Strophe.Connection`, as `connection.PubSub`: requests, which return promises, and events. All of them address `service`. Rejected
 * are promises with an error of `rachis`, whose `cause` is the `StanzaError` with the server's conditions.
 *
 * Events, with the node in what they carry and, with `:NODE` behind the name, without it: `xmpp:pubsub:item-published` `{ node, id, entry }` (and `timestamp`, if
 * it was delayed), `xmpp:pubsub:last-published-item` `{ node, id, entry, timestamp }` before it for anything delayed, `xmpp:pubsub:item-deleted` `{ node, id }`,
 * `xmpp:pubsub:node-purged` and `xmpp:pubsub:node-deleted` `{ node }`. Only what the service sends is told. What handlers throw is reported as rxjs does.
 *
 * ```ts
 * connection.PubSub.on('xmpp:pubsub:item-published:todos', ({ id, entry }) => show(id, entry.textContent))
 * connection.PubSub.subscribe('todos')
 * ```
 */
export class PubSub extends Events {
  // No initial values: strophe makes plugins without a constructor, and calls `init`.
  private connection!: StropheConnection
  private chosen: string | undefined
  private transport: ReturnType<typeof openXmpp> | undefined
  private copies!: EventCopies
  /** @internal */
  signs!: Subject<Sign>

  /** Called by strophe for each connection. */
  init(connection: StropheConnection): void {
    this.connection = connection
    this.copies = new EventCopies()
    this.signs = new Subject()
  }

  /** The JID of the service: `pubsub.` and the domain of the account once that is known, unless it is set. */
  get service(): string | undefined {
    const { jid } = this.connection
    return this.chosen ?? (jid ? `pubsub.${domainOf(jid)}` : undefined)
  }

  set service(service: string | undefined) {
    const before = this.service
    this.chosen = service
    if (this.service !== before) this.signs.next({ node: undefined })
  }

  /** Creates a node, configured by fields of XEP-0060 with or without `pubsub#`: `{ access_model: 'open', max_items: 10 }`. Resolves with its name. */
  createNode(node: string, options?: NodeOptions): PubSubPromise<readonly [node: string]> {
    const named = options && Object.entries(options).map(([name, value]) => [name.replace(/^(?!pubsub#)/, 'pubsub#'), value] as const)
    const fields = named && Object.fromEntries(named)
    return this.ask(
      `creating ${node}`,
      (to) => createRequest(to, node, fields),
      (iq) => [parseCreated(iq) ?? node],
      node,
    )
  }

  deleteNode(node: string): PubSubPromise<readonly []> {
    return this.ask(
      `deleting ${node}`,
      (to) => deleteRequest(to, node),
      () => [],
    )
  }

  /** Resolves with the fields of its configuration, without `pubsub#`; those that have several values, or none, as arrays. */
  getNodeConfig(node: string): PubSubPromise<readonly [config: Readonly<Record<string, string | readonly string[]>>]> {
    return this.ask(
      `the configuration of ${node}`,
      (to) => configurationRequest(to, node),
      (iq) => {
        const fields = [...(parseConfiguration(iq) ?? [])].filter(([name]) => name !== 'FORM_TYPE')
        return [
          Object.fromEntries(fields.map(([name, values]) => [name.replace(/^pubsub#/, ''), values.length === 1 ? values[0]! : values])),
        ]
      },
    )
  }

  /** Resolves with the names of the service's nodes, or of those in a collection. */
  discoverNodes(node?: string): PubSubPromise<readonly [nodes: readonly string[]]> {
    const work = async (): Promise<readonly [readonly string[]]> => {
      const admin = xmppAdmin(this.open())
      const service = this.known('listing the nodes')
      await this.adopted()
      return [(await admin.at(service).nodes(node)).map((entry) => entry.node)]
    }
    return answer(work())
  }

  /** Publishes an element; resolves with the id of the item, which the server makes unless it is given. */
  publish(node: string, element: Payload, id?: string): PubSubPromise<readonly [id: string]> {
    return this.ask(
      `publishing to ${node}`,
      (to) => publishRequest(to, node, id, element),
      (iq) => [parsePublished(iq) ?? id ?? ''],
      node,
    )
  }

  /** Publishes JSON as an Atom entry: an element for each key. */
  publishAtom(node: string, json: ItemAttributes, id?: string): PubSubPromise<readonly [id: string]> {
    try {
      return this.publish(node, writeEntry('atom', json), id)
    } catch (error) {
      return answer(Promise.reject(error as Error))
    }
  }

  /** Retracts an item; with `notify: false` subscribers aren't told, where the server leaves that to who retracts. */
  deleteItem(node: string, id: string, notify = true): PubSubPromise<readonly []> {
    return this.ask(
      `retracting ${JSON.stringify(id)} from ${node}`,
      (to) => retractRequest(to, node, id, notify),
      () => [],
      node,
    )
  }

  /** Resolves with `<item>` elements, in the order of the server, and with `{ first, last, count }` if a page was asked for, of servers without pages too. */
  items(node: string, options: ItemsOptions = {}): PubSubPromise<readonly [items: readonly Element[], rsm?: RsmResult]> {
    const { rsm, max_items: max, item_ids: ids } = options
    return this.ask(
      `the items of ${node}`,
      (to) => itemsRequest(to, node, { rsm: rsm && { ...rsm }, max, ids }),
      (iq) => pageOf(iq, rsm),
      node,
    )
  }

  /** Subscribes the bare JID: that lasts longer than the connection, and is told while there is presence. Resolves with the subscription. */
  subscribe(node: string): PubSubPromise<readonly [subscription: NodeSubscription]> {
    return this.ask(
      `subscribing to ${node}`,
      (to) => subscribeRequest(to, node, this.account),
      (iq) => [inWords(parseSubscription(iq) ?? { node, jid: this.account, state: 'subscribed', subid: undefined, mustConfigure: false })],
      node,
    )
  }

  unsubscribe(node: string, subid?: string): PubSubPromise<readonly []> {
    return this.ask(
      `unsubscribing from ${node}`,
      (to) => unsubscribeRequest(to, node, this.account, subid),
      () => [],
    )
  }

  /** Resolves with the account's own subscriptions at the service. */
  getSubscriptions(): PubSubPromise<readonly [subscriptions: readonly NodeSubscription[]]> {
    return this.ask(
      'the subscriptions',
      (to) => subscriptionsRequest(to),
      (iq) => [parseSubscriptions(iq).map(inWords)],
    )
  }

  /** Follows the connection no more, and leaves it as it was; the next use follows it again. Collections on it stand still until `setNode`. */
  close(): void {
    void this.transport?.close()
    this.transport = undefined
  }

  /** @internal The transport over the connection, which follows it from the first use on. */
  open(): ReturnType<typeof openXmpp> {
    const { connection } = this
    return (this.transport ??= openXmpp({ connection }, (events, stanza) => {
      this.heard(events, stanza.getAttribute('to') ?? '')
    }))
  }

  /** @internal All items of a node, live; throws while the service isn't known. */
  feed(node: string): Feed<ItemAttributes> {
    const service = this.known(node)
    return this.open().node<ItemAttributes>(node, { service, codec: entryCodec }).feed()
  }

  private get account(): string {
    return bareJid(this.connection.jid)
  }

  private ask<A extends readonly unknown[]>(
    what: string,
    make: (to: string) => Stanza,
    read: (iq: Element) => A,
    node?: string,
  ): PubSubPromise<A> {
    const work = async (): Promise<A> => {
      const { session } = this.open()
      const stanza = make(this.known(what)).tree()
      await this.adopted()
      const result = read(await session.request({ tree: () => stanza }, what))
      if (node !== undefined) this.signs.next({ node })
      return result
    }
    return answer(work())
  }

  private known(what: string): string {
    const { service } = this
    if (service === undefined) throw new ConnectionError(`${what}: there is no connection`)
    return service
  }

  /** A connection that is up already is taken over a microtask after the session was opened. */
  private async adopted(): Promise<void> {
    await Promise.resolve()
  }

  private heard(events: readonly PubsubEvent[], receiver: string): void {
    const { service } = this
    for (const event of events) {
      if (service !== undefined && sameJid(event.service ?? this.account, service)) attempt(() => this.tell(event, receiver))
    }
  }

  private tell(event: PubsubEvent, receiver: string): void {
    const { type, node, delay } = event
    const isTold = (what: string): boolean => !this.copies.isCopy(`${type} ${node ?? ''}\n${what}`, receiver)
    if (type === 'items') {
      for (const id of event.retracted) if (isTold(`- ${id}`)) this.say('item-deleted', event.node, { id })
      for (const raw of event.published) {
        // What was delayed is new or known, which only who has all items can tell.
        if (delay === undefined) this.signs.next({ node, id: raw.id })
        else this.signs.next({ node })
        if (isTold(`+ ${raw.id}\n${raw.payload ? textOf(raw.payload) : ''}`)) void this.published(event.node, raw, delay)
      }
    } else if (type === 'purge' && isTold('')) this.say('node-purged', event.node, {})
    else if (type === 'delete' && isTold('')) this.say('node-deleted', event.node, {})
  }

  private async published(node: string, { id, payload }: RawItem, delay: Date | undefined): Promise<void> {
    let entry = payload
    if (entry === undefined) {
      if (!this.listens('item-published', node) && !this.listens('last-published-item', node)) return
      try {
        const [[item]] = await resultsOf(this.items(node, { item_ids: [id] }))
        entry = childOf(item)
      } catch {
        // It may be gone by now.
      }
      if (entry === undefined) return
    }
    const timestamp = delay?.toISOString()
    const news = { id, entry, ...(timestamp !== undefined && { timestamp }) }
    if (delay !== undefined) this.say('last-published-item', node, news)
    this.say('item-published', node, news)
  }

  private listens(name: string, node: string): boolean {
    const { _events } = this as { readonly _events?: object }
    return ['all', `xmpp:pubsub:${name}`, `xmpp:pubsub:${name}:${node}`].some((each) => _events !== undefined && each in _events)
  }

  private say(name: string, node: string, news: object): void {
    attempt(() => this.trigger(`xmpp:pubsub:${name}`, { node, ...news }))
    attempt(() => this.trigger(`xmpp:pubsub:${name}:${node}`, news))
  }
}

const methods = Backbone.Events as unknown as Readonly<Record<'on' | 'bind', (...parameters: unknown[]) => unknown>>
Object.assign(PubSub.prototype, methods, { on: opening('on'), bind: opening('bind') })

/** Who listens wants to hear something. */
function opening(name: 'on' | 'bind') {
  return function (this: PubSub, ...parameters: unknown[]): unknown {
    this.open()
    return Reflect.apply(methods[name], this, parameters)
  }
}

/** Of a server that has no pages and sent everything, the page is cut out here. */
function pageOf(iq: Element, range: ItemsOptions['rsm']): readonly [readonly Element[], RsmResult?] {
  const items = childrenOf(descend(iq, ns.pubsub, 'pubsub', 'items'), 'item', ns.pubsub)
  const rsm = parseRsm(descend(iq, ns.pubsub, 'pubsub'))
  if (range === undefined) return [items]
  if (rsm !== undefined) return [items, rsm]
  const ids = items.map((item) => attributeOf(item, 'id') ?? '')
  const { chosen, ...page } = choose(ids, parseFloat(String(range.max ?? Infinity)), range.after, range.before)
  const wanted = new Set(chosen)
  return [items.filter((_, index) => wanted.has(ids[index]!)), page]
}

function inWords({ node, jid, subid, state }: Subscription): NodeSubscription {
  return { node, jid, subid, subscription: state }
}
