import Backbone from 'backbone'
import type { StropheConnection } from '../../../streams/transports/xmpp/strophe-connection.js'
import type { RsmResult } from '../../../streams/transports/xmpp/rsm.js'
import type { AnyCollection } from '../../internals.js'
import type { PubSubPromise } from './answer.js'
import type { ItemAttributes, PayloadFormat } from './entry-codec.js'
import { Follower } from './follower.js'
import { followers } from './followers.js'
import type { PubSubSyncOptions } from './options.js'
import { PubSubStorage } from './storage.js'
import { xmppSync } from './xmpp-sync.js'

/** A Backbone model that is an item of a node: of its own `node`, else of its collection's. */
export interface PubSubItem<T extends object = Record<string, unknown>> extends Backbone.Model<T & Record<string, unknown>> {
  node?: PubSubStorage
}

/** The class of `PubSubItem`. */
export interface PubSubItemClass {
  readonly prototype: PubSubItem
  new <T extends object = Record<string, unknown>>(attributes?: Partial<T>, options?: Backbone.ModelConstructorOptions): PubSubItem<T>
  /** Backbone's way to make a subclass; `class … extends PubSubItem` does as well. */
  extend(properties: object, classProperties?: object): PubSubItemClass
}

/** A Backbone collection of the items of a node, told of what happens to them. */
export interface PubSubNode<M extends Backbone.Model = PubSubItem> extends Backbone.Collection<M> {
  node?: PubSubStorage
  /** Its promise is done with the attributes of all models that were read, and what is known of the page. */
  fetch(options?: PubSubSyncOptions): PubSubPromise<readonly [items: readonly ItemAttributes[], rsm: RsmResult]> & JQueryXHR
  /** Follows that node from now on, and no other. Throws `ArgumentError` for what is no node. */
  setNode(id: string, connection: StropheConnection, payloadFormat?: PayloadFormat): this
  /** Follows no node any more; the models stay, and are saved where they were. */
  stop(): this
}

/** The class of `PubSubNode`. */
export interface PubSubNodeClass {
  readonly prototype: PubSubNode
  new <M extends Backbone.Model = PubSubItem>(models?: readonly object[] | null, options?: PubSubNodeOptions): PubSubNode<M>
  /** Backbone's way to make a subclass; `class … extends PubSubNode` does as well. */
  extend(properties: object, classProperties?: object): PubSubNodeClass
}

/** What a `PubSubNode` is made with, beside Backbone's options; the node may also be set later. */
export interface PubSubNodeOptions {
  /** The name of the node. */
  readonly id?: string
  readonly connection?: StropheConnection
  readonly payloadFormat?: PayloadFormat
  readonly [custom: string]: unknown
}

/**
 * A model that is published, fetched and retracted by Backbone's own methods.
 *
 * ```ts
 * const Todo = PubSubItem.extend({ defaults: { done: false } })
 * ```
 */
export const PubSubItem = /* @__PURE__ */ Backbone.Model.extend({ sync: xmppSync }) as unknown as PubSubItemClass

/**
 * A collection of the items of a node. `fetch` reads them, and what happens then is told by Backbone's events: an item that isn't in the collection is added at index 0, one that is moves
 * there and tells what has changed of it, one that is retracted is removed, all of them when the node is purged or deleted. Where there is a comparator, that decides.
 * After an outage, when the connection is there again, what differs is told and nothing else. It subscribes by itself, for as long as it follows; when it may not, `error` fires.
 *
 * ```ts
 * const todos = new PubSubNode([], { id: 'todos', connection })
 * todos.fetch({ rsm: { max: 50 } }).done((items, { last }) => todos.fetch({ rsm: { max: 50, after: last }, remove: false }))
 * ```
 */
export const PubSubNode = /* @__PURE__ */ Backbone.Collection.extend({
  model: PubSubItem,
  sync: xmppSync,

  initialize(this: PubSubNode, _models: unknown, { id, connection, payloadFormat }: PubSubNodeOptions = {}): void {
    if (id !== undefined && connection !== undefined) this.setNode(id, connection, payloadFormat)
  },

  setNode(this: PubSubNode & AnyCollection, id: string, connection: StropheConnection, payloadFormat?: PayloadFormat): unknown {
    const storage = new PubSubStorage(id, connection, payloadFormat)
    const earlier = followers.get(this)
    earlier?.stop()
    this.node = storage
    followers.set(this, new Follower(storage, this, earlier))
    return this
  },

  stop(this: PubSubNode & AnyCollection): unknown {
    followers.get(this)?.stop()
    return this
  },
}) as unknown as PubSubNodeClass
