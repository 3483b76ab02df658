import type { Key } from '../streams/event.js'
import type { FeedNode } from '../streams/node.js'
import { equalValues } from '../streams/query.js'
import type { AnyCollection, AnyModel } from './internals.js'
import { newId } from './new-id.js'
import { type NodeView, type PendingCreate, type PendingWrite, takeBack, viewOf } from './node-view.js'
import type { SyncOptions } from './sync.js'

type Values = Record<string, unknown>

/** What comes of an operation: the response for Backbone, or after an error what to take back first. */
export interface Outcome {
  readonly response: Promise<unknown>
  readonly undo?: () => void
  /** Called when Backbone has taken the answer in. */
  readonly done?: () => void
}

const befores = new WeakMap<AnyModel, Values>()

/** Notes what a model has before a `save` sets anything, to come back to. */
export function noteBefore(model: AnyModel): () => void {
  befores.set(model, { ...model.attributes })
  return () => befores.delete(model)
}

/** Publishes a new item. The id is chosen here, so that its echo finds the model even before the answer; a model saved again while that is on its way is updated. */
export function createItem(node: FeedNode<object>, model: AnyModel, options: SyncOptions): Outcome {
  const view = viewFor(model)
  const pending = view?.createOf(model)
  if (pending !== undefined) return updateCreated(node, model, options, pending)
  const typed = payload(model, options)
  const key = chooseId(model)
  const send = (): Promise<Key> => node.publish(typed, key === undefined ? { create: true } : { id: key, create: true })
  const create = view?.beginCreate({ model, key, values: typed }, send)
  const answer = create === undefined ? send() : create.answer
  return {
    response: answer.then((given) => {
      if (create?.destroyed === true) void node.retract(given).catch((error: unknown) => model.trigger('error', model, error, options))
      if (create !== undefined) view!.endCreate(create, given)
      return { ...pick(view?.item(given), Object.keys(typed)), [model.idAttribute]: given }
    }),
    undo: () => {
      options.typed = typed
      if (create !== undefined) view!.undoCreate(create)
    },
    done: () => create?.release(),
  }
}

/** Writes what differs from the newest known item; of an unknown one, all. */
export function updateItem(node: FeedNode<object>, model: AnyModel, options: SyncOptions): Outcome {
  const key = String(model.id)
  const set = changes(model, key, options)
  if (set !== undefined) return patch(node, model, key, set, options)
  const values = payload(model, options)
  return write(model, key, values, options, () => node.publish(values, { id: key }))
}

/** What `save` would change of the newest known item, `undefined` for a removed attribute; `undefined` if no item is known. */
function changes(model: AnyModel, key: Key, options: SyncOptions): Values | undefined {
  const base = viewFor(model)?.base(key)
  if (base === undefined) return undefined
  const values = payload(model, options)
  const set: Values = {}
  for (const [name, value] of Object.entries(values)) if (!Object.hasOwn(base, name) || !equalValues(base[name], value)) set[name] = value
  // What a `toJSON` of its own leaves out isn't meant to be removed; what the model no longer has is.
  for (const name of Object.keys(base)) if (!Object.hasOwn(values, name) && !Object.hasOwn(model.attributes, name)) set[name] = undefined
  Reflect.deleteProperty(set, model.idAttribute)
  return set
}

export function patchItem(node: FeedNode<object>, model: AnyModel, options: SyncOptions): Outcome {
  return patch(node, model, String(model.id), payload(model, options), options)
}

/** Retracts an item; what Backbone has removed meanwhile is put back if the node refuses. */
export function destroyItem(node: FeedNode<object>, model: AnyModel, options: SyncOptions): Outcome {
  const key = String(model.id)
  const view = viewFor(model)
  const index = (model.collection as AnyCollection | undefined)?.indexOf(model) ?? -1
  view?.beginDestroy(key)
  return {
    response: node.retract(key).then(() => {
      view?.endDestroy(key)
      return {}
    }),
    undo: () => {
      options.typed = { ...model.attributes }
      view?.undoDestroy(key, model, index)
    },
  }
}

/** Saves a model again whose creation isn't answered yet: goes out when it is. */
function updateCreated(node: FeedNode<object>, model: AnyModel, options: SyncOptions, { key, answer }: PendingCreate): Outcome {
  if (key !== undefined) return patch(node, model, key, changes(model, key, options) ?? payload(model, options), options, answer)
  const typed = payload(model, options)
  let late: Outcome | undefined
  return {
    response: answer.then((given) => {
      late = patch(node, model, given, typed, options)
      return late.response
    }),
    undo: () => {
      options.typed = typed
      late?.undo?.()
    },
  }
}

function patch(node: FeedNode<object>, model: AnyModel, key: Key, values: Values, options: SyncOptions, after?: Promise<unknown>): Outcome {
  const names = Object.keys(values)
  if (names.length === 0) return { response: after?.then(() => ({})) ?? Promise.resolve({}) }
  const unset = names.filter((name) => values[name] === undefined)
  const set = pick(values, names, (name) => values[name] !== undefined)
  const send = (): Promise<unknown> => node.patch(key, set, unset.length === 0 ? {} : { unset })
  return write(model, key, values, options, after === undefined ? send : () => after.then(send))
}

function write(model: AnyModel, key: Key, values: Values, options: SyncOptions, send: () => Promise<unknown>): Outcome {
  const view = viewFor(model)
  const pending: PendingWrite = { key, model, values, before: befores.get(model) ?? { ...model.previousAttributes() } }
  // With `wait` nothing is shown before the answer, so there is nothing to keep and nothing to take back.
  const isShown = options.wait !== true
  if (isShown) view?.begin(pending)
  return {
    response: send().then(() => {
      view?.end(pending)
      const item = view?.item(key)
      const masked = view?.masked(key)
      return pick(item, Object.keys(values), (name) => masked?.has(name) !== true)
    }),
    undo: () => {
      options.typed = values
      if (!isShown) return
      if (view === undefined) takeBack(pending)
      else view.undo(pending)
    },
  }
}

function viewFor(model: AnyModel): NodeView<object> | undefined {
  const collection = model.collection as AnyCollection | undefined
  return collection === undefined ? undefined : viewOf<object>(collection)
}

/** What is sent, without the id: the key stands beside the item. */
function payload(model: AnyModel, options: SyncOptions): Values {
  const { [model.idAttribute]: _, ...values } = (options.attrs ?? model.toJSON(options)) as Values
  return values
}

function pick(from: object | undefined, names: readonly string[], also: (name: string) => boolean = () => true): Values {
  const picked: Values = {}
  if (from !== undefined) for (const name of names) if (Object.hasOwn(from, name) && also(name)) picked[name] = (from as Values)[name]
  return picked
}

/** By `newId` of the model or its collection; `undefined` from there leaves the choice to the node. */
function chooseId(model: AnyModel): Key | undefined {
  const own = (model as { newId?: () => Key | undefined }).newId
  if (own !== undefined) return own.call(model)
  const collection = model.collection as { newId?: () => Key | undefined } | undefined
  return collection?.newId === undefined ? newId() : collection.newId()
}
