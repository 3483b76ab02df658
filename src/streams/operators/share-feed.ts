import { type MonoTypeOperatorFunction, Observable, Subscriber } from 'rxjs'
import { type Commit, type FeedEvent, type ItemEvent, resetEvent } from '../event.js'
import { HeldState } from '../internal/held-state.js'
import { turns } from '../internal/turns.js'

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
    return new Observable<E>((out) => {
      turns.join(() => {
        if (shared === undefined || shared.closed) {
          shared = new Shared<E>()
          shared.attach(out)
          feed.subscribe(shared)
        } else shared.attach(out)
      })
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
  private started = false
  private commit: Commit | undefined
  private count = 0

  attach(out: Subscriber<E>): void {
    const sink: Sink<E> = { out, joined: this.count }
    out.add(() => {
      this.sinks.delete(sink)
      if (this.sinks.size === 0) this.unsubscribe()
    })
    if (this.started) {
      out.next(resetEvent('subscribed') as E)
      for (const event of this.state.publishes()) {
        if (out.closed) return
        out.next(event as E)
      }
      if (this.commit !== undefined) out.next(this.commit as E)
    }
    if (!out.closed) this.sinks.add(sink)
  }

  override next(event: E): void {
    if (this.closed) return
    this.count++
    this.started = true
    if (event.type === 'commit') this.commit = event
    else {
      this.commit = undefined
      if (event.type === 'reset') this.state.clear()
      else this.state.apply(event as ItemEvent<unknown>)
    }
    for (const sink of this.sinks) if (sink.joined !== this.count) sink.out.next(event)
  }

  override error(error: unknown): void {
    if (this.closed) return
    const sinks = [...this.sinks]
    this.sinks.clear()
    for (const sink of sinks) sink.out.error(error)
    this.unsubscribe()
  }

  override complete(): void {
    if (this.closed) return
    const sinks = [...this.sinks]
    this.sinks.clear()
    for (const sink of sinks) sink.out.complete()
    this.unsubscribe()
  }

  override unsubscribe(): void {
    super.unsubscribe()
    this.state.clear()
  }
}
