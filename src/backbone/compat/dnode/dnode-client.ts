import Backbone from 'backbone'
import { Client, type ClientMiddleware, type MiddlewareOptions } from './client.js'
import { type ClientConnection, type ConnectOptions, Reconnecting } from './connect-client.js'
import type { DnodeCollectionClass, DnodeModelClass } from './default-client.js'
import type { CrudSync, Subscribed, SubscribeOptions } from './options.js'
import type { Syncable } from './syncable.js'

/** The part of Backbone that `install` extends. */
export interface Extendable {
  readonly Model: { readonly prototype: object }
  readonly Collection: { readonly prototype: object }
}

/**
 * The surface of Backbone over dnode, for one server. An application with one server needs no more than the functions of this module, which belong to
 * one such client; with several, or in tests, each gets a client of its own.
 *
 * ```ts
 * const client = new DnodeClient()
 * const d = dnode(client.middleware({ pubsub: true }), { weak: false })
 * Backbone.sync = client.sync
 * ```
 */
export class DnodeClient {
  /** See `sync`. */
  readonly sync: CrudSync
  /** `DnodeModel` of this client. */
  readonly Model: DnodeModelClass
  /** `DnodeCollection` of this client. */
  readonly Collection: DnodeCollectionClass
  private readonly client = new Client()

  constructor() {
    const { client } = this
    this.sync = client.sync
    const mixin = subscribable(client)
    const { sync } = client
    const { Model, Collection } = Backbone as Extensible
    this.Model = Model.extend({ idAttribute: '_id', sync, ...mixin })
    this.Collection = Collection.extend({ model: this.Model, sync, ...mixin })
  }

  /** See `middleware`. */
  middleware(options?: MiddlewareOptions): ClientMiddleware {
    return this.client.middleware(options)
  }

  /** See `install`. */
  install(backbone: Extendable): () => void {
    const mixin = subscribable(this.client)
    const prototypes = [backbone.Model.prototype, backbone.Collection.prototype]
    const before = prototypes.map((prototype) =>
      Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([name]) => name in mixin),
    )
    for (const prototype of prototypes) Object.assign(prototype, mixin)
    return () => {
      prototypes.forEach((prototype, index) => {
        for (const name of Object.keys(mixin)) Reflect.deleteProperty(prototype, name)
        Object.defineProperties(prototype, Object.fromEntries(before[index]!))
      })
    }
  }

  /** See `connectClient`. */
  connect(options: ConnectOptions): ClientConnection {
    return new Reconnecting(options, this.client)
  }

  /** How many URLs are held, for somebody subscribed or for calls on their way. */
  get channels(): number {
    return this.client.subscriptions.size
  }
}

/** Backbone's classes, as they are extended here. */
interface Extensible {
  readonly Model: { extend(properties: object): DnodeModelClass }
  readonly Collection: { extend(properties: object): DnodeCollectionClass }
}

function subscribable(client: Client): object {
  return {
    subscribe(this: Syncable, options?: SubscribeOptions | Subscribed | null, fn?: Subscribed): unknown {
      client.subscriptions.subscribe(this, options, fn)
      return this
    },
    unsubscribe(this: Syncable, options?: SubscribeOptions | Subscribed | null, fn?: Subscribed): unknown {
      client.subscriptions.unsubscribe(this, options, fn)
      return this
    },
  }
}
