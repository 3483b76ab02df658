import type Backbone from 'backbone'
import type { Key } from '../streams/event.js'
import type { FeedNode } from '../streams/node.js'
import { OwnModel, type AnyModel } from './internals.js'
import { nodeOf, type NodeOwner } from './node-view.js'
import { nodeSync, type SyncMethod, type SyncOptions } from './sync.js'
import { noteBefore } from './sync-writes.js'

/** A Backbone model that is an item of a node; without a node, it is a `Backbone.Model` and nothing else. */
export interface NodeModel<T extends object = object> extends Backbone.Model<T & Record<string, unknown>> {
  /** The node, or a method that returns it. Default: that of the collection. */
  node?: FeedNode<T> | (() => FeedNode<T> | undefined)
  /** Makes the id of a new item; `undefined` leaves it to the node. Default: 24 hexadecimal digits, an ObjectId to MongoDB. */
  newId?(): Key | undefined
}

/** The class of `NodeModel`. */
export interface NodeModelClass {
  readonly prototype: NodeModel
  new <T extends object = object>(attributes?: Partial<T>, options?: NodeModelOptions<T>): NodeModel<T>
  /** Backbone's way to make a subclass; `class … extends NodeModel` does as well. */
  extend(properties: object, classProperties?: object): NodeModelClass
}

/** What a `NodeModel` is made with, beside Backbone's options. */
export interface NodeModelOptions<T extends object = object> extends Backbone.ModelConstructorOptions {
  readonly node?: FeedNode<T> | (() => FeedNode<T> | undefined)
}

const base = OwnModel.prototype as unknown as Readonly<Record<'sync' | 'save', () => unknown>>

/**
 * A model that is saved to, fetched from and destroyed at a node, by Backbone's own methods, events and options (see `nodeSync`).
 * They return promises.
 *
 * ```ts
 * class Todo extends NodeModel<{ title: string }> {}
 * await new Todo({ title: 'read' }, { node: transport.node('todos') }).save()
 * ```
 */
export const NodeModel = OwnModel.extend({
  constructor: function (this: NodeModel & AnyModel, ...parameters: [attributes?: object, options?: NodeModelOptions]): void {
    const node = parameters[1]?.node
    if (node !== undefined) this.node = node
    Reflect.apply(OwnModel, this, parameters)
  },

  sync(this: AnyModel, ...parameters: [method: SyncMethod, model: AnyModel, options?: SyncOptions]): unknown {
    if (nodeOf(this as NodeOwner) === undefined) return Reflect.apply(base.sync, this, parameters)
    return nodeSync(...parameters)
  },

  save(this: AnyModel, ...parameters: unknown[]): unknown {
    const forget = noteBefore(this)
    try {
      return Reflect.apply(base.save, this, parameters)
    } finally {
      forget()
    }
  },
}) as NodeModelClass
