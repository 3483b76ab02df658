import { type Form, parseForm } from './data-form.js'
import { attributeOf, childOf, childrenOf, descend, excessOf, type PayloadLimits, rawTextOf } from './dom.js'
import { ns } from './namespaces.js'
import { parseRsm, type RsmResult } from './rsm.js'

/** What the results of requests say. All of these take any IQ and never throw: what can't be read is left out. */

/** An item as it came. `id` is not empty; without a payload only its existence is told. */
export interface RawItem {
  readonly id: string
  readonly payload: Element | undefined
  /** The bare or full JID of who published it, where the server tells. */
  readonly publisher?: string
}

/** An item, or what stands in the place of one, that can't be read. */
export interface Unreadable {
  readonly id: string | undefined
  readonly reason: string
  /** Its XML, cut off after 10,000 characters. */
  readonly raw: string
}

export interface ItemsResult {
  readonly items: readonly RawItem[]
  readonly unreadable: readonly Unreadable[]
  readonly rsm: RsmResult | undefined
}

export type SubscriptionState = 'none' | 'pending' | 'subscribed' | 'unconfigured'
export type Affiliation = 'member' | 'none' | 'outcast' | 'owner' | 'publisher' | 'publish-only'

export interface Subscription {
  /** Absent where the service itself is meant. */
  readonly node: string | undefined
  readonly jid: string
  readonly state: SubscriptionState
  readonly subid: string | undefined
  /** Options have to be set before anything is delivered (XEP-0060 §6.3.6). */
  readonly mustConfigure: boolean
}

export interface AffiliationEntry {
  readonly node: string | undefined
  /** Absent where it is one's own. */
  readonly jid: string | undefined
  readonly affiliation: Affiliation
}

const states: ReadonlySet<string> = new Set<SubscriptionState>(['none', 'pending', 'subscribed', 'unconfigured'])
const affiliations: ReadonlySet<string> = new Set<Affiliation>(['member', 'none', 'outcast', 'owner', 'publisher', 'publish-only'])

/** The items that were fetched (XEP-0060 §6.5). */
export function parseItems(iq: Element, limits?: PayloadLimits): ItemsResult {
  const pubsub = childOf(iq, 'pubsub', ns.pubsub)
  const list = childOf(pubsub, 'items', ns.pubsub)
  const items: RawItem[] = []
  const unreadable: Unreadable[] = []
  for (const el of childrenOf(list)) {
    const item = el.localName === 'item' && el.namespaceURI === ns.pubsub ? parseItem(el, limits) : strange(el)
    if ('raw' in item) unreadable.push(item)
    else items.push(item)
  }
  return { items, unreadable, rsm: parseRsm(pubsub) }
}

/** `<item>`, in whichever namespace. */
export function parseItem(el: Element, limits?: PayloadLimits): RawItem | Unreadable {
  const id = attributeOf(el, 'id')
  if (id === undefined) return unreadableItem(el, 'has no id')
  const payload = childOf(el)
  const excess = payload && excessOf(payload, limits)
  if (excess !== undefined) return unreadableItem(el, excess)
  const publisher = attributeOf(el, 'publisher')
  return publisher === undefined ? { id, payload } : { id, payload, publisher }
}

export function strange(el: Element): Unreadable {
  return unreadableItem(el, `is an unexpected <${el.localName}> of ${el.namespaceURI ?? 'no namespace'}`)
}

export function unreadableItem(el: Element, reason: string): Unreadable {
  return { id: attributeOf(el, 'id'), reason, raw: rawTextOf(el) }
}

/** The id of the item that was published (§7.1.2), if the server says it: it must where it made the id. */
export function parsePublished(iq: Element): string | undefined {
  const item = descend(iq, ns.pubsub, 'pubsub', 'publish', 'item')
  return item && attributeOf(item, 'id')
}

/** The name of the node that was created (§8.1.2), told where the service has chosen or altered it. */
export function parseCreated(iq: Element): string | undefined {
  const create = descend(iq, ns.pubsub, 'pubsub', 'create')
  return create && attributeOf(create, 'node')
}

/** The subscription that a request made or ended (§6.1.2). */
export function parseSubscription(iq: Element): Subscription | undefined {
  const el = descend(iq, ns.pubsub, 'pubsub', 'subscription')
  return el && subscriptionOf(el)
}

/** One's own subscriptions (§5.6), or all of a node (§8.8.1). */
export function parseSubscriptions(iq: Element): readonly Subscription[] {
  return listOf(iq, 'subscriptions', 'subscription', subscriptionOf)
}

/** One's own affiliations (§5.7), or all of a node (§8.9.1). */
export function parseAffiliations(iq: Element): readonly AffiliationEntry[] {
  return listOf(iq, 'affiliations', 'affiliation', affiliationOf)
}

/** The form with a node's configuration (§8.2.2), the default one (§8.3.2), or a subscription's options (§6.3.3). */
export function parseConfiguration(iq: Element): Form | undefined {
  for (const pubsub of childrenOf(iq, 'pubsub'))
    for (const parent of childrenOf(pubsub)) {
      const x = childOf(parent, 'x', ns.dataForm)
      if (x && /^(configure|default|options)$/.test(parent.localName)) return parseForm(x)
    }
  return undefined
}

/** `<subscription>`; its node is that of the element around it if it names none. */
export function subscriptionOf(el: Element, node?: string): Subscription | undefined {
  const jid = attributeOf(el, 'jid')
  const state = attributeOf(el, 'subscription') ?? 'subscribed'
  if (jid === undefined || !states.has(state)) return undefined
  const options = childOf(el, 'subscribe-options')
  return {
    node: attributeOf(el, 'node') ?? node,
    jid,
    state: state as SubscriptionState,
    subid: attributeOf(el, 'subid'),
    mustConfigure: childOf(options, 'required') !== undefined,
  }
}

export function affiliationOf(el: Element, node?: string): AffiliationEntry | undefined {
  const affiliation = attributeOf(el, 'affiliation')
  if (affiliation === undefined || !affiliations.has(affiliation)) return undefined
  return { node: attributeOf(el, 'node') ?? node, jid: attributeOf(el, 'jid'), affiliation: affiliation as Affiliation }
}

function listOf<T>(iq: Element, outer: string, inner: string, parse: (el: Element, node?: string) => T | undefined): T[] {
  const list = descend(iq, ns.pubsub, 'pubsub', outer) ?? descend(iq, ns.owner, 'pubsub', outer)
  if (!list) return []
  const node = attributeOf(list, 'node')
  return childrenOf(list, inner, list.namespaceURI ?? '')
    .map((el) => parse(el, node))
    .filter((entry) => entry !== undefined)
}
