import { Observable } from 'rxjs'
import type { Feed, FeedEvent, Key, OrderedFeed } from '../streams/event.js'
import { CollectionRoot } from './collection-root.js'
import type { AnyCollection, AnyModel } from './internals.js'

/**
 * What a Backbone collection tells, as a feed: the attributes of each model as an immutable item, under the id of the model, while it has none
 * under its `cid`. Each operation of Backbone is one transaction; with `ordered`, the places are those of the collection.
 *
 * Silent changes are seen at the next event of the same model, or at `sort` and `reset`. Arrays and plain objects in attributes are
 * frozen in development builds, as in all items. A model changed by a `set` of another collection is told a microtask later.
 * Cost: O(k) an operation on k models, O(n) for `sort` and `reset`, ordered also where models come in; one set of listeners, for as long as anyone subscribes.
 *
 * ```ts
 * toFeed<Todo>(todos).pipe(where({ done: false }), aggregate(countOf()))
 * ```
 */
export function toFeed<T extends object>(collection: AnyCollection, options?: { readonly ordered?: false }): Feed<T>
export function toFeed<T extends object>(collection: AnyCollection, options: { readonly ordered: true }): OrderedFeed<T>
export function toFeed<T extends object>(collection: AnyCollection, options: { readonly ordered?: boolean } = {}): Feed<T> {
  const { feed, ordered } = rootOf<T>(collection)
  return options.ordered === true ? ordered : feed
}

/** The feeds of a collection, and the model of each item in them. */
export interface SharedRoot<T extends object> {
  readonly feed: Feed<T>
  readonly ordered: OrderedFeed<T>
  modelOf(item: T): AnyModel | undefined
}

const roots = new WeakMap<AnyCollection, SharedRoot<never>>()

/** The one root of a collection, so that feeds made of it at different places still run in the same turns. */
export function rootOf<T extends object>(collection: AnyCollection): SharedRoot<T> {
  let shared = roots.get(collection) as unknown as SharedRoot<T> | undefined
  if (shared === undefined) {
    shared = share<T>(collection)
    roots.set(collection, shared as unknown as SharedRoot<never>)
  }
  return shared
}

function share<T extends object>(collection: AnyCollection): SharedRoot<T> {
  const keys = new WeakMap<T, Key>()
  const models = new WeakMap<T, AnyModel>()
  let root: CollectionRoot<T> | undefined
  let users = 0
  function through<E extends FeedEvent<T>>(feedOf: (root: CollectionRoot<T>) => Observable<E>): Observable<E> {
    return new Observable<E>((out) => {
      root ??= new CollectionRoot<T>(collection, keys, models)
      users++
      out.add(() => {
        if (--users > 0) return
        root?.close()
        root = undefined
      })
      feedOf(root).subscribe(out)
    })
  }
  return {
    feed: through((current) => current.feed),
    ordered: through((current) => current.ordered()),
    modelOf: (item) => models.get(item),
  }
}
