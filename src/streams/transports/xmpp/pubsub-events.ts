import { type Form, parseForm } from './data-form.js'
import { attributeOf, childOf, childrenOf, nextElement, type PayloadLimits, textOf } from './dom.js'
import { formTypes, ns } from './namespaces.js'
import {
  type Affiliation,
  affiliationOf,
  parseItem,
  type RawItem,
  strange,
  type SubscriptionState,
  subscriptionOf,
  type Unreadable,
  unreadableItem,
} from './pubsub-results.js'

/** What a pub-sub service tells in a message, one thing each. Look at `service` before believing it: anyone can send a message. */
export type PubsubEvent = EventOrigin & PubsubNews

/** Where an event came from. */
export interface EventOrigin {
  /** The sender; absent where it is one's own account. */
  readonly service: string | undefined
  /** When it happened, if it was kept for a while (XEP-0203). Replays of a resumed stream have it too. */
  readonly delay: Date | undefined
  /** The subscriptions that led here, where the service tells them (XEP-0060 §12.13). */
  readonly subids: readonly string[]
  /** The collections that were subscribed to, if it was not the node itself (XEP-0248 §5.2). */
  readonly collections: readonly string[]
}

/** What an event tells. All ids and nodes are not empty. */
export type PubsubNews =
  | { readonly type: 'items'; readonly node: string; readonly published: readonly RawItem[]; readonly retracted: readonly string[] }
  | { readonly type: 'purge'; readonly node: string }
  | { readonly type: 'delete'; readonly node: string; readonly redirect: string | undefined }
  | { readonly type: 'configuration'; readonly node: string; readonly form: Form | undefined }
  | {
      readonly type: 'subscription'
      readonly node: string | undefined
      readonly jid: string
      readonly state: SubscriptionState
      readonly subid: string | undefined
    }
  | { readonly type: 'affiliation'; readonly node: string; readonly jid: string | undefined; readonly affiliation: Affiliation }
  | {
      readonly type: 'collection'
      readonly node: string
      readonly associated: readonly string[]
      readonly disassociated: readonly string[]
    }
  /** Someone asks the owner to be let in (XEP-0060 §8.6); `id` is that of the message, which the answer has to repeat. */
  | {
      readonly type: 'authorization'
      readonly node: string
      readonly jid: string
      readonly subid: string | undefined
      readonly id: string | undefined
    }
  | ({ readonly type: 'unreadable'; readonly node: string | undefined } & Unreadable)

type Draft = { -readonly [K in keyof EventOrigin]: EventOrigin[K] }

/**
 * What `message` tells of nodes, in its order; nothing for messages about something else, and for errors. Never throws: what can't be
 * read is `unreadable`. O(size of the message).
 */
export function parseEvent(message: Element, limits?: PayloadLimits): readonly PubsubEvent[] {
  const news: PubsubNews[] = []
  if (message.localName !== 'message' || message.getAttribute('type') === 'error') return []
  const subids: string[] = []
  const collections: string[] = []
  let stamp = NaN
  // A hot path: it is walked once, and nothing is made that isn't kept.
  for (let el = nextElement(message.firstChild); el; el = nextElement(el.nextSibling)) {
    const { localName, namespaceURI } = el
    if (namespaceURI === ns.event && localName === 'event')
      for (let child = nextElement(el.firstChild); child; child = nextElement(child.nextSibling)) readNews(news, child, limits)
    else if (namespaceURI === ns.pubsub && localName === 'pubsub') for (const child of childrenOf(el)) news.push(...readNotice(child))
    else if (namespaceURI === ns.dataForm && localName === 'x') news.push(...readAuthorization(parseForm(el), attributeOf(message, 'id')))
    else if (namespaceURI === ns.delay && localName === 'delay' && Number.isNaN(stamp)) stamp = Date.parse(el.getAttribute('stamp') ?? '')
    else if (namespaceURI === ns.shim && localName === 'headers')
      for (const header of childrenOf(el, 'header', ns.shim)) {
        const name = header.getAttribute('name')
        const list = name === 'SubID' ? subids : name === 'Collection' ? collections : undefined
        const text = textOf(header)
        if (text) list?.push(text)
      }
  }
  const service = attributeOf(message, 'from')
  const delay = Number.isNaN(stamp) ? undefined : new Date(stamp)
  // Several times as fast as spreading.
  const events = news as (PubsubNews & Draft)[]
  for (const each of events) {
    each.service = service
    each.delay = delay
    each.subids = subids
    each.collections = collections
  }
  return events
}

function readNews(news: PubsubNews[], el: Element, limits?: PayloadLimits): void {
  const node = attributeOf(el, 'node')
  if (el.namespaceURI !== ns.event) news.push(unreadable(el))
  else if (el.localName === 'subscription') news.push(subscriptionNews(el))
  else if (node === undefined) news.push(unreadable(el, 'names no node'))
  else if (el.localName === 'items') readItems(news, el, node, limits)
  else news.push(nodeNews(el, node))
}

function nodeNews(el: Element, node: string): PubsubNews {
  switch (el.localName) {
    case 'purge':
      return { type: 'purge', node }
    case 'delete': {
      const redirect = childOf(el, 'redirect', ns.event)
      return { type: 'delete', node, redirect: redirect && attributeOf(redirect, 'uri') }
    }
    case 'configuration': {
      const x = childOf(el, 'x', ns.dataForm)
      return { type: 'configuration', node, form: x && parseForm(x) }
    }
    case 'collection':
      return { type: 'collection', node, associated: nodesOf(el, 'associate'), disassociated: nodesOf(el, 'disassociate') }
    default:
      return unreadable(el)
  }
}

/** A run of items, or of retracts, is one event, so that the order of the message is kept. */
function readItems(news: PubsubNews[], list: Element, node: string, limits?: PayloadLimits): void {
  let published: RawItem[] = []
  let retracted: string[] = []
  const flush = (): void => {
    if (published.length + retracted.length > 0) news.push({ type: 'items', node, published, retracted })
    published = []
    retracted = []
  }
  for (let el = nextElement(list.firstChild); el; el = nextElement(el.nextSibling)) {
    const name = el.namespaceURI === ns.event && el.localName
    if (name === 'item') {
      const item = parseItem(el, limits)
      if (retracted.length > 0) flush()
      if ('raw' in item) news.push({ type: 'unreadable', node, ...item })
      else published.push(item)
    } else if (name === 'retract') {
      if (published.length > 0) flush()
      const id = attributeOf(el, 'id')
      if (id === undefined) news.push(unreadable(el, 'has no id', node))
      else retracted.push(id)
    } else news.push(unreadable(el, undefined, node))
  }
  flush()
}

function nodesOf(el: Element, name: string): string[] {
  return childrenOf(el, name, ns.event)
    .map((child) => attributeOf(child, 'node'))
    .filter((node) => node !== undefined)
}

/** Services tell changes of subscriptions and affiliations in the namespace of requests (§8.9.4). */
function readNotice(el: Element): readonly PubsubNews[] {
  switch (el.localName) {
    case 'subscription':
      return [subscriptionNews(el)]
    case 'affiliation':
      return [affiliationNews(el)]
    case 'affiliations':
      return childrenOf(el, 'affiliation').map((child) => affiliationNews(child, attributeOf(el, 'node')))
    default:
      return [unreadable(el)]
  }
}

function subscriptionNews(el: Element): PubsubNews {
  const subscription = subscriptionOf(el)
  if (!subscription) return unreadable(el, 'is no subscription')
  const { node, jid, state, subid } = subscription
  return { type: 'subscription', node, jid, state, subid }
}

function affiliationNews(el: Element, around?: string): PubsubNews {
  const { node, jid, affiliation } = affiliationOf(el, around) ?? {}
  if (node === undefined || affiliation === undefined) return unreadable(el, 'is no affiliation')
  return { type: 'affiliation', node, jid, affiliation }
}

function readAuthorization(form: Form, id: string | undefined): readonly PubsubNews[] {
  const [type, node, jid, subid] = ['FORM_TYPE', 'pubsub#node', 'pubsub#subscriber_jid', 'pubsub#subid'].map((name) => form.get(name)?.[0])
  return type === formTypes.authorization && node && jid ? [{ type: 'authorization', node, jid, subid: subid || undefined, id }] : []
}

function unreadable(el: Element, reason?: string, node = attributeOf(el, 'node')): PubsubNews {
  return { type: 'unreadable', node, ...(reason === undefined ? strange(el) : unreadableItem(el, reason)) }
}
