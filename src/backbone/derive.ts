import Backbone from 'backbone'
import type { Observable, OperatorFunction, Subscription } from 'rxjs'
import type { FeedEvent } from '../streams/event.js'
import { bindWith } from './bind.js'
import type { AnyModel } from './internals.js'
import { rootOf } from './to-feed.js'

/** A collection that follows another until `stop`. */
export interface DerivedCollection<M extends AnyModel = AnyModel> extends Backbone.Collection<M> {
  /** Ends following; the models stay. */
  stop(): void
}

/**
 * A live collection made from another by operators: without any in the order of the other, else in the order that they give (`orderBy`, `slice`), else of
 * arrival. Items that the operators pass through keep their
 * models: the very same ones are in both collections. An operator that makes new items (`select`, `join`) gives new models of the same class.
 *
 * Not to be written to. It lives until `stop()`, or as long as the other.
 * Cost: that of the operators, and of `bind`.
 *
 * ```ts
 * const active = derive(todos, where<Todo>({ done: false }), orderBy<Todo>({ title: 1 }))
 * active.on('update', render)
 * ```
 */
export function derive<M extends AnyModel, A extends object = object, R extends FeedEvent<object> = FeedEvent<A>>(
  collection: Backbone.Collection<M>,
  ...operators: Operators<A, R>
): DerivedCollection<M> {
  const root = rootOf<A>(collection)
  let feed: Observable<FeedEvent<object>> = root.ordered
  for (const operator of operators) feed = (operator as OperatorFunction<FeedEvent<object>, FeedEvent<object>>)(feed)
  const derived = new Backbone.Collection<M>([], { model: collection.model }) as DerivedCollection<M>
  const { subscription } = bindWith<object>(
    feed,
    derived,
    { snapshot: 'set' },
    {
      source: (item) => root.modelOf(item as A),
    },
  )
  derived.stop = stopper(subscription)
  return derived
}

/** Operators one after the other, the first on items of type `A`. */
export type Operators<A, R> =
  | []
  | [OperatorFunction<FeedEvent<A>, R>]
  | [OperatorFunction<FeedEvent<A>, FeedEvent<object>>, ...OperatorFunction<never, FeedEvent<object>>[]]

function stopper(subscription: Subscription): () => void {
  return () => {
    subscription.unsubscribe()
  }
}
