import { type FeedEvent, resetEvent } from '../event.js'
import { announce } from './depth.js'
import { HeldState } from './held-state.js'
import { sendList } from './list-reader.js'
import { Orderly } from './orderly.js'
import type { Subscriber } from './rxjs.js'

interface Sink<E> {
  readonly out: Subscriber<E>
  /** The number of the event that its snapshot contains already. */
  readonly joined: number
  /** It has its snapshot; the end waits for that. */
  whole: boolean
}

/**
 * One feed for any number of subscribers: it holds the state, so a late one gets a snapshot and is ready at once, or, in the middle of a transaction, at its
 * commit. Who comes after the end gets the state and completion, or the error.
 */
export class Broadcast<E extends FeedEvent<unknown>> extends Orderly<E> {
  /** @internal */
  state = new HeldState<unknown>()
  /** @internal */
  readonly sinks = new Set<Sink<E>>()
  private last: FeedEvent<unknown> | undefined
  private count = 0
  private depth = 0
  private ended: ((out: Subscriber<E>) => void) | undefined

  constructor(
    private readonly idle: () => void,
    private readonly failed?: (error: unknown) => void,
  ) {
    super()
  }

  /** One more subscriber; `idle` is called when the last has left. */
  attach(out: Subscriber<E>): void {
    const sink: Sink<E> = { out, joined: this.count, whole: false }
    // At once: another may leave while this one is told the snapshot, and isn't the last then.
    this.sinks.add(sink)
    out.add(() => {
      this.sinks.delete(sink)
      if (this.sinks.size === 0) this.idle()
    })
    announce(out, this.depth)
    const { last } = this
    const held = this.hold()
    if (!last) sendList(this.state.list, out)
    else this.state.replay(out)
    if (last?.type === 'commit') out.next(last as E)
    sink.whole = true
    if (held) this.resume()
    this.ended?.(out)
  }

  /** @internal */
  deepen(depth: number): void {
    this.depth = Math.max(this.depth, depth)
    for (const { out } of this.sinks) announce(out, depth)
  }

  protected take(event: E): void {
    const held = this.hold()
    this.count++
    this.last = event
    if (event.type === 'reset') this.state.clear()
    else if (event.type !== 'commit') this.state.apply(event)
    for (const sink of this.sinks) if (sink.joined !== this.count) sink.out.next(event)
    if (held) this.resume()
  }

  override error(error: unknown): void {
    this.forget()
    this.end(resetEvent('failed'), (out) => {
      out.error(error)
    })
    this.failed?.(error)
  }

  protected override finish(): void {
    this.end(this.last, (out) => {
      out.complete()
    })
  }

  /** @internal Who comes now finds nothing; who is being told the snapshot is told all of it. */
  forget(): void {
    this.state = new HeldState()
  }

  private end(last: FeedEvent<unknown> | undefined, tell: (out: Subscriber<E>) => void): void {
    // Closed first: who answers by subscribing anew begins anew.
    this.unsubscribe()
    this.last = last
    this.ended = tell
    for (const { out, whole } of this.sinks) if (whole) tell(out)
  }
}
