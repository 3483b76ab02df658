import { firstValueFrom } from 'rxjs'
import { ArgumentError, MissingError } from '../errors.js'
import type { Key } from '../streams/event.js'
import type { FeedNode, Page, PageRange } from '../streams/node.js'
import { asMap } from '../streams/operators/as-map.js'
import type { Query } from '../streams/query.js'
import { type AnyCollection, type AnyModel, idAttributeOf, isModel, type SetOptions } from './internals.js'
import { createItem, destroyItem, type Outcome, patchItem, updateItem } from './sync-writes.js'
import { nodeOf, type NodeOwner, viewOf } from './node-view.js'

/** What `sync` is asked to do. */
export type SyncMethod = 'create' | 'read' | 'update' | 'patch' | 'delete'

/** Options of an operation that goes through `sync`, beside those of Backbone's `set`. */
export interface SyncOptions extends SetOptions {
  /** Attributes to send instead of all. */
  attrs?: object | undefined
  wait?: boolean | undefined
  reset?: boolean | undefined
  context?: unknown
  success?: ((response: unknown) => void) | undefined
  error?: ((error: unknown) => void) | undefined
  /** Of `fetch` of a collection: one page of the node instead of its feed. */
  page?: PageRange | undefined
  /** After that: `last` is what the next page's `after` takes. */
  paged?: Omit<Page<object>, 'items'> | undefined
  /** When `error` fires: what the refused write set. */
  typed?: Readonly<Record<string, unknown>> | undefined
}

/** An answer on its way: `success` and `error` have been called when it settles. Nobody needs to handle its rejection. */
export type SyncResult = Promise<unknown>

/**
 * Does what Backbone asks of the node of a model or a collection: `create` publishes under an id made here, `update` and `patch` write only what
 * differs from the newest known item, `delete` retracts, `read` gets an item or takes one snapshot.
 * Triggers `request`; `options.success` and `options.error` are called as Backbone expects, so `sync` and `error` fire.
 *
 * When a write is refused, what it set and nobody changed since is taken back before `error` fires; `options.typed` holds it.
 * While offline a write waits; it is settled when the node settles it.
 *
 * ```ts
 * const Todo = Backbone.Model.extend({ node: transport.node('todos'), sync: nodeSync })
 * ```
 */
export function nodeSync(method: SyncMethod, subject: AnyModel | AnyCollection, options: SyncOptions = {}): SyncResult {
  const node = nodeOf(subject as NodeOwner)
  const operation =
    node === undefined
      ? Promise.reject(new ArgumentError(`sync: there is no node to ${method} at`))
      : perform(node, method, subject, options)
  const result = settle(operation, options)
  subject.trigger('request', subject, result, options)
  return result
}

function perform(
  node: FeedNode<object>,
  method: SyncMethod,
  subject: AnyModel | AnyCollection,
  options: SyncOptions,
): Promise<unknown> | Outcome {
  if (!isModel(subject)) return readCollection(node, subject, options)
  switch (method) {
    case 'create':
      return createItem(node, subject, options)
    case 'update':
      return updateItem(node, subject, options)
    case 'patch':
      return patchItem(node, subject, options)
    case 'delete':
      return destroyItem(node, subject, options)
    case 'read':
      return readModel(node, subject)
  }
}

function settle(operation: Promise<unknown> | Outcome, options: SyncOptions): Promise<unknown> {
  const outcome: Outcome = operation instanceof Promise ? { response: operation } : operation
  const result = outcome.response.then(
    (response) => {
      attempt(() => options.success?.(response))
      outcome.done?.()
      return response
    },
    (error: unknown) => {
      if (outcome.undo !== undefined) attempt(outcome.undo)
      attempt(() => options.error?.(error))
      outcome.done?.()
      throw error
    },
  )
  result.catch(() => undefined)
  return result
}

/** A listener that throws is reported as an exception nobody caught, as with any callback; the operation is done all the same. */
function attempt(job: () => void): void {
  try {
    job()
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}

async function readModel(node: FeedNode<object>, model: AnyModel): Promise<object> {
  const key = String(model.id)
  const item = await node.get(key)
  if (item === undefined) throw new MissingError(`fetch: node ${node.name} has no item ${JSON.stringify(key)}`)
  return withKey(model.idAttribute, key, item)
}

async function readCollection(node: FeedNode<object>, collection: AnyCollection, options: SyncOptions): Promise<object[]> {
  const name = idAttributeOf(collection)
  if (options.page !== undefined) {
    const { items, ...range } = await node.page(options.page)
    options.paged = range
    return items.map(([key, item]) => withKey(name, key, item))
  }
  const view = viewOf(collection)
  if (view.isLive) {
    // The fold keeps the models equal to the feed, but for what is pending: Backbone has nothing to set.
    Object.assign(options, { add: false, merge: false, remove: false, reset: false })
    await view.ready
    return view.items().map(([key, item]) => withKey(name, key, item))
  }
  const items = await firstValueFrom(node.feed(queryOf(collection)).pipe(asMap()))
  return Array.from(items, ([key, item]) => withKey(name, key, item))
}

/** The query of a collection: a property or a method of that name. */
export function queryOf(collection: object): Query<object> | undefined {
  const { query } = collection as { query?: Query<object> | (() => Query<object> | undefined) }
  return typeof query === 'function' ? query.call(collection) : query
}

function withKey(name: string, key: Key, item: object): object {
  return { ...item, [name]: key }
}
