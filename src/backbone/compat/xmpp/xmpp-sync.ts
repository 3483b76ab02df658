import { ArgumentError } from '../../../errors.js'
import type { RsmResult } from '../../../streams/transports/xmpp/rsm.js'
import type { AnyCollection, AnyModel } from '../../internals.js'
import type { SyncMethod } from '../../sync.js'
import { isModel } from '../is-model.js'
import { attempt } from '../report.js'
import { answer, type PubSubPromise, refusal, resultsOf } from './answer.js'
import type { ItemAttributes } from './entry-codec.js'
import type { Follower } from './follower.js'
import { followers } from './followers.js'
import type { PubSubSyncOptions } from './options.js'
import { withId } from './show.js'
import type { PubSubStorage } from './storage.js'

type Results = readonly [response?: unknown, rsm?: RsmResult]

/** Models whose id is on its way. */
const creations = new WeakMap<AnyModel, Promise<unknown>>()

/**
 * Does what Backbone asks of the `node` of a model or of its collection, a `PubSubStorage`: `read` of a collection takes `max_items`, `rsm` and `item_ids`, and
 * its promise is done with `(items, rsm)`. Triggers `request`, calls `options.success` and `options.error`; without a node it fails at once with `ArgumentError`.
 * A model that is saved again before it has its id is published under that.
 *
 * ```ts
 * const Todos = Backbone.Collection.extend({ sync: xmppSync, model: Todo })
 * ```
 */
export function xmppSync(method: SyncMethod, subject: AnyModel | AnyCollection, options: PubSubSyncOptions = {}): PubSubPromise<Results> {
  const collection = collectionOf(subject)
  const { node = collection?.node } = subject as Owner
  const follower = collection && followers.get(collection)
  const own = follower?.storage === node ? follower : undefined
  const release = method === 'read' ? undefined : own?.hold()
  const result =
    node === undefined
      ? refusal<Results>(new ArgumentError(`sync: there is no node to ${method} at`))
      : answer(perform(node, method, subject, options, own))
  // Before anybody else's callbacks: Backbone's own set what was answered.
  result.done((...results) => {
    attempt(options.success, ...results)
  })
  result.fail((error) => {
    attempt(options.error, error)
  })
  if (release !== undefined) result.always(release)
  attempt(() => subject.trigger('request', subject, result, options))
  return result
}

interface Owner {
  readonly node?: PubSubStorage
  readonly collection?: AnyCollection & Owner
}

async function perform(
  node: PubSubStorage,
  method: SyncMethod,
  subject: AnyModel | AnyCollection,
  options: PubSubSyncOptions,
  follower: Follower | undefined,
): Promise<Results> {
  if (!isModel(subject)) return fetch(node, method, subject, options, follower)
  switch (method) {
    case 'create':
      return create(node, subject, follower)
    case 'update':
    case 'patch':
      return resultsOf(node.update(subject))
    case 'delete':
      return resultsOf(node.destroy(subject))
    case 'read':
      if (subject.isNew()) throw new ArgumentError('fetch: the model has no id')
      return resultsOf(node.getItem(subject))
  }
}

async function create(node: PubSubStorage, model: AnyModel, follower: Follower | undefined): Promise<Results> {
  const before = creations.get(model)
  if (before !== undefined) {
    // Backbone has set the id by now, or another attempt is made.
    await before.catch(() => undefined)
    await Promise.resolve()
    return model.isNew() ? create(node, model, follower) : resultsOf(node.update(model))
  }
  const creation = resultsOf(node.create(model))
  creations.set(model, creation)
  follower?.creating(creation)
  try {
    return await creation
  } finally {
    creations.delete(model)
  }
}

async function fetch(
  node: PubSubStorage,
  method: SyncMethod,
  collection: AnyCollection,
  options: PubSubSyncOptions,
  follower: Follower | undefined,
): Promise<Results> {
  if (method !== 'read') throw new ArgumentError(`sync: a collection can be read, not ${method}`)
  const { max_items, rsm, item_ids } = options
  const read = (): Promise<readonly [readonly ItemAttributes[], RsmResult?]> => resultsOf(node.getItems({ max_items, rsm, item_ids }))
  const isPart = [max_items, rsm, item_ids].some((option) => option !== undefined)
  const [items, ...rest] = await (follower?.during(isPart, read) ?? read())
  return [items.map((item) => withId(collection, item)), ...rest]
}

function collectionOf(subject: AnyModel | AnyCollection): (AnyCollection & Owner) | undefined {
  return isModel(subject) ? (subject as Owner).collection : subject
}
