import type Backbone from 'backbone'
import type { Observable } from 'rxjs'
import type { FeedEvent, Key } from '../streams/event.js'
import type { FeedNode } from '../streams/node.js'
import { orderBy } from '../streams/operators/order-by.js'
import type { Query } from '../streams/query.js'
import { ArgumentError } from '../errors.js'
import type { BindOptions } from './bind.js'
import { OwnCollection, type AnyCollection, type AnyModel } from './internals.js'
import { NodeModel } from './node-model.js'
import { nodeOf, type NodeOwner, viewOf } from './node-view.js'
import { nodeSync, queryOf, type SyncMethod, type SyncOptions } from './sync.js'

/** An item of which nothing is known. */
export type AnyItem = Record<string, unknown>

/** A Backbone collection of a node's items; without a node, it is a `Backbone.Collection` and nothing else. */
export interface NodeCollection<M extends AnyModel = NodeModel> extends Backbone.Collection<M> {
  /** The node, or a method that returns it. */
  node?: FeedNode<object> | (() => FeedNode<object> | undefined)
  /** Which of its items, or a method that returns that; read by `live` and `fetch`. */
  query?: Query<AnyItem> | (() => Query<AnyItem> | undefined)
  /** Makes the id of a new item; `undefined` leaves it to the node. Default: 24 hexadecimal digits, an ObjectId to MongoDB. */
  newId?(): Key | undefined
  /**
   * Follows the node until `stop`: Backbone's events tell each commit (see `bind`), `sync` the first. Called again, it follows anew, by the present
   * node and query, and tells only what differs. Ordered by the collection's comparator, else by the sort of the query. Throws `ArgumentError` without a node.
   */
  live(options?: BindOptions): this
  /** Ends following; models and pending writes stay. */
  stop(): this
  isLive(): boolean
}

/** The class of `NodeCollection`. */
export interface NodeCollectionClass {
  readonly prototype: NodeCollection
  new <M extends AnyModel = NodeModel>(models?: readonly object[] | null, options?: NodeCollectionOptions): NodeCollection<M>
  /** Backbone's way to make a subclass; `class … extends NodeCollection` does as well. */
  extend(properties: object, classProperties?: object): NodeCollectionClass
}

/** What a `NodeCollection` is made with, beside Backbone's options. */
export interface NodeCollectionOptions {
  readonly node?: FeedNode<object> | (() => FeedNode<object> | undefined)
  readonly query?: Query<AnyItem> | (() => Query<AnyItem> | undefined)
  readonly model?: unknown
  readonly comparator?: unknown
  readonly [custom: string]: unknown
}

const base = OwnCollection.prototype as unknown as Readonly<Record<'sync', () => unknown>>

/**
 * A collection on a node: `fetch` takes one snapshot, `live` follows, `create` and the models' `save` and `destroy` write to it. What is
 * written is shown at once and stays shown until the node answers; its echo changes nothing. When a write is refused, what it set and nobody changed
 * since is taken back, and `error` fires with `options.typed`. Meanwhile what others change shows through in fields that the write doesn't touch.
 *
 * ```ts
 * const todos = new NodeCollection([], { node: transport.node('todos'), comparator: 'title' }).live()
 * todos.create({ title: 'read' })
 * todos.on('error', (model, error, options) => restore(options.typed, error))
 * ```
 */
export const NodeCollection = OwnCollection.extend({
  model: NodeModel,

  constructor: function (this: NodeCollection, ...parameters: [models?: unknown, options?: NodeCollectionOptions]): void {
    const { node, query } = parameters[1] ?? {}
    if (node !== undefined) this.node = node
    if (query !== undefined) this.query = query
    Reflect.apply(OwnCollection, this, parameters)
  },

  sync(this: AnyCollection, ...parameters: [method: SyncMethod, subject: AnyCollection | AnyModel, options?: SyncOptions]): unknown {
    if (nodeOf(this as NodeOwner) === undefined) return Reflect.apply(base.sync, this, parameters)
    return nodeSync(...parameters)
  },

  live(this: NodeCollection & AnyCollection, options: BindOptions = {}): unknown {
    const node = nodeOf(this as NodeOwner)
    if (node === undefined) throw new ArgumentError('live: the collection has no node; set `node`')
    const query = queryOf(this)
    const plain: Observable<FeedEvent<object>> = node.feed(query)
    const feed = query?.sort === undefined || this.comparator ? plain : plain.pipe(orderBy(query.sort))
    const view = viewOf<object>(this)
    let isFirst = true
    const started = { ...options.setOptions }
    this.trigger('request', this, undefined, started)
    view.start(feed, {
      ...options,
      committed: () => {
        if (isFirst) {
          isFirst = false
          this.trigger(
            'sync',
            this,
            view.items().map(([, item]) => item),
            started,
          )
        }
        options.committed?.()
      },
    })
    return this
  },

  stop(this: AnyCollection): unknown {
    viewOf(this).stop()
    return this
  },

  isLive(this: AnyCollection): boolean {
    return viewOf(this).isLive
  },
}) as NodeCollectionClass
