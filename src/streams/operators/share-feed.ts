import type { MonoTypeOperatorFunction } from 'rxjs'
import type { FeedEvent } from '../event.js'
import { HeldState } from '../internal/held-state.js'
import { shareList } from '../internal/list-reader.js'
import { makeFeed } from '../internal/operator.js'
import { Subscriber } from '../internal/rxjs.js'

/**
 * One subscription to the feed for any number of subscribers; the state is held, so a late one gets a snapshot and is ready at once,
 * or, in the middle of a transaction, at its commit. The last to leave releases the feed and the state.
 *
 * Cost: O(subscribers) an event (and O(log n) if ordered); a late subscription O(n). It adds no depth.
 *
 * ```ts
 * const open = todos.pipe(where({ done: false }), shareFeed())
 * ```
 */
export function shareFeed<E extends FeedEvent<unknown>>(): MonoTypeOperatorFunction<E> {
  return (feed) => {
    let shared: Shared<E> | undefined
    return makeFeed<E>((out) => {
      if (shared === undefined || shared.closed) {
        shared = new Shared(out)
        feed.subscribe(shared)
      } else shared.attach(out)
    })
  }
}

interface Sink<E> {
  readonly out: Subscriber<E>
  /** The number of the event that its snapshot contains already. */
  readonly joined: number
}

class Shared<E extends FeedEvent<unknown>> extends Subscriber<E> {
  private readonly state = new HeldState<unknown>()
  private readonly sinks = new Set<Sink<E>>()
  private last: E | undefined
  private count = 0

  constructor(first: Subscriber<E>) {
    super()
    this.attach(first)
  }

  attach(out: Subscriber<E>): void {
    const sink: Sink<E> = { out, joined: this.count }
    out.add(() => {
      this.sinks.delete(sink)
      if (this.sinks.size === 0) this.unsubscribe()
    })
    const { last } = this
    if (last === undefined) shareList(this.state.list, out)
    else this.state.replay(out)
    if (last?.type === 'commit') out.next(last)
    if (!out.closed) this.sinks.add(sink)
  }

  override next(event: E): void {
    if (this.closed) return
    this.count++
    this.last = event
    if (event.type === 'reset') this.state.clear()
    else if (event.type !== 'commit') this.state.apply(event)
    for (const sink of this.sinks) if (sink.joined !== this.count) sink.out.next(event)
  }

  override error(error: unknown): void {
    this.end((out) => {
      out.error(error)
    })
  }

  override complete(): void {
    this.end((out) => {
      out.complete()
    })
  }

  override unsubscribe(): void {
    super.unsubscribe()
    this.state.clear()
  }

  private end(tell: (out: Subscriber<E>) => void): void {
    // Closed first: who answers by subscribing anew begins anew.
    this.unsubscribe()
    for (const { out } of this.sinks) tell(out)
  }
}
