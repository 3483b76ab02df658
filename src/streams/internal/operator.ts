import { operatorError } from '../../errors.js'
import type { Commit, FeedEvent, ItemEvent } from '../event.js'
import { Orderly } from './orderly.js'
import { Observable, type Subscriber } from './rxjs.js'
import { turns } from './turns.js'

/** What an operator with one input stands on: a subscriber that hands on to `out`, without the allocations and the wrapping of rxjs's own. */
export abstract class FeedSubscriber<E, R> extends Orderly<E> {
  /** @internal The id of the item or row that functions of the user are called for. */
  blamed: string | undefined

  constructor(
    protected readonly out: Subscriber<R>,
    /** @internal */
    readonly operator: string,
  ) {
    super(out)
  }

  /** Ends the feed because a function of the user threw. */
  protected fail(id: string | undefined, cause: unknown): void {
    this.error(operatorError(this.operator, id ?? this.blamed, cause))
  }
}

/**
 * An operator that answers each event at once, or all of them at their commit; it swallows the commit of nothing. One that keeps no state
 * overrides `next` for the events of items: a call that sees few kinds of subscribers is faster.
 */
export abstract class EventSubscriber<T, R> extends FeedSubscriber<FeedEvent<T>, FeedEvent<R>> {
  /** Something was sent since the last commit. */
  protected uncommitted = false

  protected take(event: FeedEvent<T>): void {
    if (event.type === 'reset') {
      this.clear()
      this.emit(event)
    } else if (event.type === 'commit') this.commit(event)
    else {
      let sent: FeedEvent<R> | undefined
      try {
        sent = this.apply(event)
      } catch (cause) {
        this.fail(event.id, cause)
      }
      if (sent) this.emit(sent)
    }
  }

  /** What is to be sent for `event`, if anything. May call functions of the user. */
  protected abstract apply(event: ItemEvent<T>): FeedEvent<R> | undefined

  /** All that was known is void. */
  protected clear(): void {
    // Nothing is known by default.
  }

  /** Sends what has waited for the commit. May call functions of the user. */
  protected flush?(commit: Commit): void

  private commit(commit: Commit): void {
    const held = this.flush && this.hold()
    try {
      this.flush?.(commit)
    } catch (cause) {
      this.fail(undefined, cause)
    }
    const { uncommitted } = this
    this.uncommitted = false
    if (uncommitted) this.out.next(commit)
    if (held) this.resume()
  }

  /** @internal */
  emit(event: FeedEvent<R>): void {
    this.uncommitted = true
    this.out.next(event)
  }
}

/** An operator: each subscription has a subscriber of its own around the consumer. */
export function operate<E, R, A extends readonly unknown[]>(
  Made: new (out: Subscriber<R>, ...args: A) => Subscriber<E>,
  ...args: A
): (source: Observable<E>) => Observable<R> {
  return (source) =>
    new Observable<R>((out) => {
      source.subscribe(new Made(out, ...args))
    })
}

/** A feed from what happens at each subscription; that joins the running turn. */
export function makeFeed<E>(subscribe: (out: Subscriber<E>) => void): Observable<E> {
  return new Observable<E>((out) => {
    turns.join(() => {
      subscribe(out)
    })
  })
}
