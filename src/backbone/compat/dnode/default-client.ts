import type Backbone from 'backbone'
import type { ClientMiddleware, MiddlewareOptions } from './client.js'
import type { ClientConnection, ConnectOptions } from './connect-client.js'
import { DnodeClient, type Extendable } from './dnode-client.js'
import type { CrudOptions, CrudSync, CanSubscribe } from './options.js'

/** A Backbone model whose `sync` and subscriptions go to the server. */
export interface DnodeModel<T extends object = Record<string, unknown>> extends Backbone.Model<T & Record<string, unknown>>, CanSubscribe {
  /** The name of the Mongoose model. Default: that of the collection. */
  type?: string | (() => string)
  fetch(options?: CrudOptions): JQueryXHR
  save(attributes?: Partial<T> | null, options?: CrudOptions): JQueryXHR
  destroy(options?: CrudOptions): JQueryXHR
}

/** The class of `DnodeModel`. */
export interface DnodeModelClass {
  readonly prototype: DnodeModel
  new <T extends object = Record<string, unknown>>(attributes?: Partial<T>, options?: Backbone.ModelConstructorOptions): DnodeModel<T>
  /** Backbone's way to make a subclass; `class … extends DnodeModel` does as well. */
  extend(properties: object, classProperties?: object): DnodeModelClass
}

/** A Backbone collection whose `sync` and subscriptions go to the server. */
export interface DnodeCollection<M extends Backbone.Model = DnodeModel> extends Backbone.Collection<M>, CanSubscribe {
  /** The name of the Mongoose model. */
  type?: string | (() => string)
  fetch(options?: CrudOptions): JQueryXHR
  create(attributes: object, options?: CrudOptions): M
}

/** The class of `DnodeCollection`. */
export interface DnodeCollectionClass {
  readonly prototype: DnodeCollection
  new <M extends Backbone.Model = DnodeModel>(models?: readonly object[] | null, options?: object): DnodeCollection<M>
  /** Backbone's way to make a subclass; `class … extends DnodeCollection` does as well. */
  extend(properties: object, classProperties?: object): DnodeCollectionClass
}

const client = /* @__PURE__ */ new DnodeClient()

/**
 * A model that is saved to, fetched from and destroyed at the server, and may be subscribed. Its `idAttribute` is `_id`.
 *
 * ```ts
 * const Foo = DnodeModel.extend({ type: 'foo', urlRoot: 'foos' })
 * ```
 */
export const DnodeModel: DnodeModelClass = client.Model

/**
 * A collection of documents of the server, which may be subscribed; its `url` is the channel.
 *
 * ```ts
 * const Foos = DnodeCollection.extend({ type: 'foo', url: 'foos' })
 * const foos = new Foos().subscribe()
 * foos.fetch({ query: { bar: 'something' }, sorting: { sort: [['created', -1]], limit: 20 } })
 * ```
 */
export const DnodeCollection: DnodeCollectionClass = client.Collection

/**
 * The middleware for `dnode`: what the server may call, and how it is called. With `pubsub` the connection hears what others do. When the application connects
 * anew with it, what is subscribed is subscribed again and brought up to date.
 *
 * ```ts
 * dnode.connect(port, middleware({ pubsub: true })) // or dnode(middleware({ pubsub: true }), { weak: false }) on any stream
 * ```
 */
export function middleware(options?: MiddlewareOptions): ClientMiddleware {
  return client.middleware(options)
}

/**
 * Does what Backbone asks of the server, in the place of `Backbone.sync` or as the `sync` of one class. Without a connection `options.error` gets an
 * `Error('no connection')` at once. At the end `options.success` runs, then `options.finished(subject, response, options)`; without that, the event `success`
 * fires. Returns a promise that nobody needs to handle. What the server has against it is passed on: its words, or an error of `rachis` where it sends one.
 *
 * ```ts
 * Backbone.sync = sync
 * ```
 */
export const sync: CrudSync = client.sync

/**
 * Gives `subscribe` and `unsubscribe` to all models and collections of that Backbone. Returns how to take them away.
 *
 * ```ts
 * install(Backbone)
 * ```
 */
export function install(backbone: Extendable): () => void {
  return client.install(backbone)
}

/**
 * Connects to a dnode server over WebSocket, or in Node over TCP, and stays connected until it is closed: after an outage what is subscribed is
 * subscribed again, and each collection reads again what it was fetched by and changes by the difference. Throws `ArgumentError` for a URL it can't use.
 *
 * ```ts
 * const connection = connectClient({ url: 'wss://example.org/dnode' })
 * ```
 */
export function connectClient(options: ConnectOptions): ClientConnection {
  return client.connect(options)
}
