import { Observable, Subscriber } from 'rxjs'
import { OperatorError } from '../../errors.js'
import type { FeedEvent } from '../event.js'

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

/** An Observable that subscribes to `source` with the subscriber that `make` builds around the consumer. */
export function operate<E, R>(source: Observable<E>, make: (out: Subscriber<R>) => Subscriber<E>): Observable<R> {
  return new Observable<R>((out) => {
    source.subscribe(make(out))
  })
}

/** The event of a feed of anything. */
export type AnyEvent = FeedEvent<unknown>
