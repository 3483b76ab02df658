import { MissingError, ProtocolError } from '../../../errors.js'
import { type Capabilities, CapabilityRegister } from './capabilities.js'
import type { Form, FormFields } from './data-form.js'
import { type DiscoIdentity, type DiscoInfo, discoInfoRequest, discoItemsRequest, parseDiscoInfo, parseDiscoItems } from './disco.js'
import { formTypes } from './namespaces.js'
import {
  configFields,
  configOf,
  metadataOf,
  type NodeConfig,
  type NodeMetadata,
  optionFields,
  optionsOf,
  type SubscriptionOptions,
} from './node-config.js'
import {
  configurationRequest,
  configureRequest,
  createRequest,
  defaultConfigurationRequest,
  deleteRequest,
  nodeAffiliationsRequest,
  nodeSubscriptionsRequest,
  purgeRequest,
  setNodeAffiliationsRequest,
  setNodeSubscriptionsRequest,
} from './pubsub-owner-requests.js'
import {
  affiliationsRequest,
  optionsRequest,
  setOptionsRequest,
  subscribeRequest,
  subscriptionsRequest,
  unsubscribeRequest,
} from './pubsub-requests.js'
import {
  type Affiliation,
  type AffiliationEntry,
  parseAffiliations,
  parseConfiguration,
  parseCreated,
  parseSubscription,
  parseSubscriptions,
  type Subscription,
  type SubscriptionState,
} from './pubsub-results.js'
import type { Stanza, XmppSession } from './session.js'
import { StanzaError } from './stanza-error.js'
import type { XmppTransport } from './transport.js'

/** What a service or a node says of itself. */
export interface Discovery {
  readonly identities: readonly DiscoIdentity[]
  readonly features: ReadonlySet<string>
  /** Of a node; a service has none. */
  readonly metadata: NodeMetadata
}

/** A node as its service lists it. */
export interface NodeEntry {
  readonly service: string
  readonly node: string
  readonly name: string | undefined
}

/** What became of a configuration, of a node or of a subscription. */
export interface Configured<T> {
  /** What it is now. */
  readonly config: T
  /** The fields that the server took no notice of, by their names on the wire. */
  readonly ignored: readonly string[]
}

/** Whose subscription. */
export interface SubscriptionAt {
  /** Default: the bare JID of the account. A feed's own subscription is that of the full JID. */
  readonly jid?: string
  readonly subid?: string
}

/** Creating, configuring and finding nodes on a transport's connection. A function, so that pages that don't administer don't load it. */
export function xmppAdmin(transport: XmppTransport): XmppAdmin {
  const { session } = transport as XmppTransport & { readonly session: XmppSession }
  return new XmppAdmin(session, () => transport.pubsub)
}

/** The most entities that are asked what they are. */
const maxServices = 100
const nodesAtOnce = 1000

/**
 * Administration of a publish-subscribe service (XEP-0060). Each method is one request if nothing else is said. While the first connection is being made it waits
 * for that; nothing is repeated. They reject with `DeniedError` where the account may not, `MissingError` where there is no such node or the service knows no such request,
 * `ConflictError` where a name is taken, `ValidationError` and `LimitError` where the service refuses a value, `ConnectionError` without an answer; `cause` is
 * the `StanzaError` with the server's conditions and text. What can't be sent rejects with `ArgumentError`.
 *
 * ```ts
 * const admin = xmppAdmin(transport)
 * await admin.create('todos', { accessModel: 'whitelist', maxItems: 'max' })
 * const { ignored } = await admin.configure('todos', { itemExpire: 3600 })
 * ```
 */
export class XmppAdmin {
  constructor(
    private readonly session: XmppSession,
    private readonly serviceNow: () => string,
    private readonly register: CapabilityRegister = new CapabilityRegister(session),
  ) {}

  /** The JID of the service that is asked. */
  get service(): string {
    return this.serviceNow()
  }

  /** The same for another service. */
  at(service: string): XmppAdmin {
    return new XmppAdmin(this.session, () => service, this.register)
  }

  /** The same for the nodes of the account (XEP-0163). */
  get pep(): XmppAdmin {
    return new XmppAdmin(this.session, () => this.account, this.register)
  }

  /** The publish-subscribe services of a domain, by default the account's. 1 + n requests for its n components. */
  async services(domain = this.session.domain): Promise<readonly string[]> {
    const { items } = parseDiscoItems(await this.ask(discoItemsRequest(domain), `listing the services of ${domain}`))
    const jids = new Set([domain, ...items.filter(({ node }) => node === undefined).map(({ jid }) => jid)])
    const asked = [...jids].slice(0, maxServices).map(async (jid) => ((await this.isService(jid)) ? jid : undefined))
    return (await Promise.all(asked)).filter((jid) => jid !== undefined)
  }

  /** What the service can; asked once a connection. */
  capabilities(): Promise<Capabilities> {
    return this.register.of(this.service)
  }

  /** What the service, or a node of it, is. */
  async discover(node?: string): Promise<Discovery> {
    const { identities, features, forms } = await this.info(this.service, node)
    const metadata = forms.find((form) => form.get('FORM_TYPE')?.[0] === formTypes.metadata)
    return { identities, features, metadata: metadataOf(metadata ?? new Map()) }
  }

  /** The nodes of the service, or of a collection. One request for each 1,000 where the service has pages. */
  async nodes(collection?: string): Promise<readonly NodeEntry[]> {
    const nodes = new Map<string, NodeEntry>()
    for (let after: string | undefined; ;) {
      const page = { max: nodesAtOnce, after }
      const { items, rsm } = parseDiscoItems(await this.ask(discoItemsRequest(this.service, collection, page), 'listing the nodes'))
      const { size } = nodes
      for (const { jid, node, name } of items) if (node !== undefined) nodes.set(`${jid}\n${node}`, { service: jid, node, name })
      after = rsm?.last
      // A page that tells nothing new would be told for ever.
      if (after === undefined || nodes.size === size || nodes.size >= (rsm?.count ?? Infinity)) return [...nodes.values()]
    }
  }

  /**
   * Creates a node, and resolves with its name: an instant node, whose name the service makes, without one. A second request where the service can't
   * configure what it creates; if that is refused, the node is deleted again.
   */
  async create(node?: string, config?: NodeConfig): Promise<string> {
    const fields = config && (await this.fieldsOf(config))
    const atOnce = fields === undefined || (await this.capabilities()).createAndConfigure
    const iq = await this.ask(createRequest(this.service, node, atOnce ? fields : undefined), `creating ${node ?? 'a node'}`)
    const name = parseCreated(iq) ?? node
    if (name === undefined) throw new ProtocolError(`${this.service} created a node and didn't say its name`)
    if (atOnce) return name
    try {
      await this.ask(configureRequest(this.service, name, fields), `configuring ${name}`)
    } catch (error) {
      // It would stay with another configuration, which may let in whom this one doesn't.
      await this.delete(name).catch(() => undefined)
      throw error
    }
    return name
  }

  /** Changes what is given and reads it back: servers ignore what they don't know. Two requests. */
  async configure(node: string, config: NodeConfig): Promise<Configured<NodeConfig>> {
    const fields = await this.fieldsOf(config)
    return this.apply(
      fields,
      configureRequest(this.service, node, fields),
      configurationRequest(this.service, node),
      configOf,
      `configuring ${node}`,
    )
  }

  /** Its owners may ask. */
  async configuration(node: string): Promise<NodeConfig> {
    return configOf(await this.form(configurationRequest(this.service, node), `the configuration of ${node}`))
  }

  /** The configuration of a node that is created without one. */
  async defaults(): Promise<NodeConfig> {
    return configOf(await this.form(defaultConfigurationRequest(this.service), 'the default configuration'))
  }

  /** Subscribers are told of `redirect`, a URI, where the service does that. */
  async delete(node: string, { redirect }: { readonly redirect?: string } = {}): Promise<void> {
    await this.ask(deleteRequest(this.service, node, redirect), `deleting ${node}`)
  }

  /** Deletes all items. */
  async purge(node: string): Promise<void> {
    await this.ask(purgeRequest(this.service, node), `purging ${node}`)
  }

  /** Subscribes a bare JID, by default the account's: that lasts longer than the connection. Feeds subscribe by themselves. */
  async subscribe(
    node: string,
    { jid = this.account, options }: { readonly jid?: string; readonly options?: SubscriptionOptions } = {},
  ): Promise<Subscription> {
    const iq = await this.ask(subscribeRequest(this.service, node, jid, options && optionFields(options)), `subscribing ${jid} to ${node}`)
    return parseSubscription(iq) ?? { node, jid, state: 'subscribed', subid: undefined, mustConfigure: false }
  }

  async unsubscribe(node: string, { jid = this.account, subid }: SubscriptionAt = {}): Promise<void> {
    await this.ask(unsubscribeRequest(this.service, node, jid, subid), `unsubscribing ${jid} from ${node}`)
  }

  /** The account's own, at the service or at one node. */
  async mySubscriptions(node?: string): Promise<readonly Subscription[]> {
    return parseSubscriptions(await this.ask(subscriptionsRequest(this.service, node), 'my subscriptions'))
  }

  /** All of a node, for its owner. */
  async subscriptions(node: string): Promise<readonly Subscription[]> {
    return parseSubscriptions(await this.ask(nodeSubscriptionsRequest(this.service, node), `the subscriptions to ${node}`))
  }

  /** Lets in (`subscribed`) or takes away (`none`); those not named stay as they are. */
  async setSubscriptions(
    node: string,
    changes: readonly { readonly jid: string; readonly state: SubscriptionState; readonly subid?: string | undefined }[],
  ): Promise<void> {
    await this.ask(setNodeSubscriptionsRequest(this.service, node, changes), `changing subscriptions to ${node}`)
  }

  async subscriptionOptions(node: string, { jid = this.account, subid }: SubscriptionAt = {}): Promise<SubscriptionOptions> {
    return optionsOf(await this.form(optionsRequest(this.service, node, jid, subid), `the subscription options of ${jid} at ${node}`))
  }

  async setSubscriptionOptions(
    node: string,
    options: SubscriptionOptions,
    { jid = this.account, subid }: SubscriptionAt = {},
  ): Promise<Configured<SubscriptionOptions>> {
    const fields = optionFields(options)
    const set = setOptionsRequest(this.service, node, jid, fields, subid)
    return this.apply(
      fields,
      set,
      optionsRequest(this.service, node, jid, subid),
      optionsOf,
      `setting subscription options of ${jid} at ${node}`,
    )
  }

  /** The account's own, at the service or at one node. */
  async myAffiliations(node?: string): Promise<readonly AffiliationEntry[]> {
    return parseAffiliations(await this.ask(affiliationsRequest(this.service, node), 'my affiliations'))
  }

  /** All of a node, for its owner. */
  async affiliations(node: string): Promise<readonly AffiliationEntry[]> {
    return parseAffiliations(await this.ask(nodeAffiliationsRequest(this.service, node), `the affiliations with ${node}`))
  }

  /** Those not named stay as they are; `none` takes away. */
  async setAffiliations(node: string, changes: readonly { readonly jid: string; readonly affiliation: Affiliation }[]): Promise<void> {
    await this.ask(setNodeAffiliationsRequest(this.service, node, changes), `changing affiliations with ${node}`)
  }

  private get account(): string {
    return this.session.jid.split('/', 1)[0]!
  }

  private async ask(iq: Stanza, what: string): Promise<Element> {
    const { status } = this.session
    if (status.value.state === 'connecting') await status.settled()
    return this.session.request(iq, `${this.service}: ${what}`)
  }

  private async form(iq: Stanza, what: string): Promise<Form> {
    const form = parseConfiguration(await this.ask(iq, what))
    if (form === undefined) throw new ProtocolError(`${this.service}: ${what}: the answer has no form`)
    return form
  }

  private async apply<T>(fields: FormFields, set: Stanza, get: Stanza, read: (form: Form) => T, what: string): Promise<Configured<T>> {
    await this.ask(set, what)
    const form = await this.form(get, what)
    return { config: read(form), ignored: Object.keys(fields).filter((name) => !isAsWanted(fields[name], form.get(name))) }
  }

  private async info(jid: string, node?: string): Promise<DiscoInfo> {
    return parseDiscoInfo(await this.ask(discoInfoRequest(jid, node), `asking what ${node ?? jid} is`))
  }

  /** Servers without collections make a common node of what should be one, without a word. */
  private async fieldsOf(config: NodeConfig): Promise<FormFields> {
    const fields = configFields(config)
    const { nodeType, collection, children } = config
    if ((nodeType === 'collection' || collection || children) && !(await this.capabilities()).collections)
      throw new MissingError(`${this.service} has no collections (XEP-0248)`)
    return fields
  }

  private async isService(jid: string): Promise<boolean> {
    try {
      const { identities } = await this.info(jid)
      return identities.some(({ category, type }) => category === 'pubsub' && type === 'service')
    } catch (error) {
      // It won't say, which is no failure of the search.
      if ((error as Error).cause instanceof StanzaError) return false
      throw error
    }
  }
}

/** Servers write `true` as `1` or `true`, and an empty text as nothing. */
function isAsWanted(wanted: FormFields[string], texts: readonly string[] = []): boolean {
  const normal = (values: readonly unknown[]): string =>
    JSON.stringify(
      values
        .map((value) =>
          String(value)
            .replace(/^true$/, '1')
            .replace(/^false$/, '0'),
        )
        .filter(Boolean)
        .sort(),
    )
  return wanted === undefined || normal(Array.isArray(wanted) ? wanted : [wanted]) === normal(texts)
}
