import { Observable, Subscriber } from 'rxjs'
import { OperatorError } from '../../errors.js'
import type { OrderedEvent } from '../event.js'
import type { Entry } from './ordering.js'
import type { PositionTree } from './position-tree.js'

/**
 * What every operator with one input stands on: a subscriber that hands events to `out`, without the allocations and the
 * wrapping of rxjs's own. A subclass overrides `next`, one `switch` on the type, so that each operator has call sites of its own.
 */
export abstract class FeedSubscriber<E, R> extends Subscriber<E> {
  constructor(
    protected readonly out: Subscriber<R>,
    protected readonly operator: string,
  ) {
    super(out)
  }

  abstract override next(event: E): void

  /** Ends the feed because a function of the user threw. */
  protected fail(id: string | undefined, cause: unknown): void {
    this.error(new OperatorError(this.operator, id, cause))
  }
}

/** A subscriber that reads the list of the ordered operator above it, instead of keeping one of its own. */
export abstract class ListReader<T> extends FeedSubscriber<OrderedEvent<T>, OrderedEvent<T>> {
  abstract share(list: PositionTree<Entry<T>>): void
}

/** An Observable that subscribes to `source` with the subscriber that `make` builds around the consumer. */
export function operate<E, R>(source: Observable<E>, make: (out: Subscriber<R>) => Subscriber<E>): Observable<R> {
  return new Observable<R>((out) => {
    source.subscribe(make(out))
  })
}

/** An operator from what happens at each subscription: `start` connects the source to the consumer. */
export function makeOperator<A, B>(start: (source: Observable<A>, out: Subscriber<B>) => void): (source: Observable<A>) => Observable<B> {
  return (source) =>
    new Observable<B>((out) => {
      start(source, out)
    })
}
