import type { Form, FormFields } from './data-form.js'
import { fieldsOf, type Kinds, type TypedForm, valuesOf } from './typed-form.js'

/**
 * How a node behaves (XEP-0060 §16.4.4), to be asked for and as it is. Servers know some of these only, and have defaults of their own for what isn't given; what
 * `configure` of `xmppAdmin` returns tells what became of it.
 */
export interface NodeConfig extends TypedForm {
  readonly title?: string
  readonly description?: string
  /** The namespace of the payloads. */
  readonly type?: string
  readonly language?: string
  readonly contact?: readonly string[]
  /** Who may subscribe and read. */
  readonly accessModel?: 'authorize' | 'open' | 'presence' | 'roster' | 'whitelist'
  /** With the access model `roster`. */
  readonly rosterGroupsAllowed?: readonly string[]
  /** Who may publish. */
  readonly publishModel?: 'open' | 'publishers' | 'subscribers'
  /** How many items are kept: those that were published last. */
  readonly maxItems?: number | 'max'
  /** Whether items are kept at all. */
  readonly persistItems?: boolean
  /** Seconds after which an item is dropped. */
  readonly itemExpire?: number | 'max'
  /** Bytes. */
  readonly maxPayloadSize?: number
  readonly deliverNotifications?: boolean
  /** `false`: notifications have ids only, and feeds fetch what they name. */
  readonly deliverPayloads?: boolean
  readonly notificationType?: 'headline' | 'normal'
  readonly notifyRetract?: boolean
  readonly notifyDelete?: boolean
  readonly notifyConfig?: boolean
  readonly notifySub?: boolean
  readonly presenceBasedDelivery?: boolean
  readonly purgeOffline?: boolean
  readonly sendLastPublishedItem?: 'never' | 'on_sub' | 'on_sub_and_presence'
  readonly subscribe?: boolean
  /** ejabberd tells who published an item if this is `'publisher'`. */
  readonly itemreply?: 'none' | 'owner' | 'publisher'
  /** A collection (XEP-0248) holds nodes. */
  readonly nodeType?: 'collection' | 'leaf'
  /** The collections that the node is in. */
  readonly collection?: readonly string[]
  /** The nodes of a collection. */
  readonly children?: readonly string[]
}

/** What a node tells of itself (XEP-0060 §16.4.5). */
export interface NodeMetadata extends TypedForm {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly language?: string
  readonly contact?: readonly string[]
  readonly accessModel?: NodeConfig['accessModel']
  readonly publishModel?: NodeConfig['publishModel']
  readonly maxItems?: NodeConfig['maxItems']
  readonly creationDate?: Date
  readonly creator?: string
  readonly owner?: readonly string[]
  readonly publisher?: readonly string[]
  readonly numSubscribers?: number
}

/** How a subscription is delivered (XEP-0060 §16.4.2). Neither Prosody nor ejabberd goes along with much of it. */
export interface SubscriptionOptions extends TypedForm {
  readonly deliver?: boolean
  readonly digest?: boolean
  /** Milliseconds. */
  readonly digestFrequency?: number
  readonly expire?: Date
  readonly includeBody?: boolean
  /** Of a collection: what happens to its items, or to its nodes. */
  readonly subscriptionType?: 'items' | 'nodes'
  readonly subscriptionDepth?: '1' | 'all'
}

/** The configuration of a node that has one item (XEP-0060 §12.20): `{ ...singleton, accessModel: 'open' }`. */
export const singleton = { maxItems: 1, persistItems: true } as const satisfies NodeConfig

/** The id of the item of a singleton node. */
export const singletonId = 'current'

const described = {
  title: 'text',
  description: 'text',
  type: 'text',
  language: 'text',
  contact: 'list',
  accessModel: ['authorize', 'open', 'presence', 'roster', 'whitelist'],
  publishModel: ['open', 'publishers', 'subscribers'],
  maxItems: 'count or max',
} as const satisfies Partial<Kinds<NodeConfig>>

const configKinds: Kinds<NodeConfig> = {
  ...described,
  rosterGroupsAllowed: 'list',
  persistItems: 'flag',
  itemExpire: 'count or max',
  maxPayloadSize: 'count',
  deliverNotifications: 'flag',
  deliverPayloads: 'flag',
  notificationType: ['headline', 'normal'],
  notifyRetract: 'flag',
  notifyDelete: 'flag',
  notifyConfig: 'flag',
  notifySub: 'flag',
  presenceBasedDelivery: 'flag',
  purgeOffline: 'flag',
  sendLastPublishedItem: ['never', 'on_sub', 'on_sub_and_presence'],
  subscribe: 'flag',
  itemreply: ['none', 'owner', 'publisher'],
  nodeType: ['collection', 'leaf'],
  collection: 'list',
  children: 'list',
}

const metadataKinds: Kinds<NodeMetadata> = {
  ...described,
  creationDate: 'time',
  creator: 'text',
  owner: 'list',
  publisher: 'list',
  numSubscribers: 'count',
}

const optionKinds: Kinds<SubscriptionOptions> = {
  deliver: 'flag',
  digest: 'flag',
  digestFrequency: 'count',
  expire: 'time',
  includeBody: 'flag',
  subscriptionType: ['items', 'nodes'],
  subscriptionDepth: ['1', 'all'],
}

/** The fields that `config` is on the wire. Throws `ArgumentError` for what can't be one. */
export const configFields = (config: NodeConfig): FormFields => fieldsOf(configKinds, config)
export const configOf = (form: Form): NodeConfig => valuesOf(configKinds, form)
export const metadataOf = (form: Form): NodeMetadata => valuesOf(metadataKinds, form)
export const optionFields = (options: SubscriptionOptions): FormFields => fieldsOf(optionKinds, options)
export const optionsOf = (form: Form): SubscriptionOptions => valuesOf(optionKinds, form)
