import type { Observable, OperatorFunction, SchedulerLike, Subscriber, Subscription } from 'rxjs'
import { type CursorSource, markAt, readCursor } from '../cursor.js'
import { commitAt, composeAny, cursorSourceOf, type FeedEvent, type ItemEvent, type NetEffect, type Reset } from '../event.js'
import { must } from '../internal/must.js'
import { FeedSubscriber, operate } from '../internal/operator.js'
import { isObservable } from '../internal/rxjs.js'
import { turns } from '../internal/turns.js'
import { longest, wait } from '../internal/wait.js'

/**
 * Whole transactions merged into one: at most one in `when` milliseconds, or one at each value of `when` (an animation frame, a demand).
 * What waits is the net effect, never more than one event a key. The first snapshot isn't delayed. Order is dropped. When `when` completes, what waits is sent, and the
 * rest when the input completes; an error discards it.
 *
 * `scheduler` replaces `setTimeout`, for virtual time.
 *
 * An asynchronous boundary: what follows isn't aligned with its siblings. Cost: O(1) an event, memory for what waits.
 *
 * ```ts
 * prices.pipe(conflate(100))
 * prices.pipe(conflate(animationFrames()))
 * ```
 */
export function conflate<T>(when: number | Observable<unknown>, scheduler?: SchedulerLike): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  must(isObservable(when) || (when >= 0 && when <= longest), `conflate: the time must be milliseconds from 0 to ${longest}`, when)
  const ticks = isObservable(when) ? when : wait(when, scheduler)
  return operate(ConflateSubscriber<T>, ticks, ticks !== when)
}

class ConflateSubscriber<T> extends FeedSubscriber<FeedEvent<T>, FeedEvent<T>> {
  /** Since the last commit of the input. */
  private open: (ItemEvent<T> | Reset)[] = []
  /** Whole, but not sent. */
  private pending: NetEffect<T> = new Map()
  private source: CursorSource | undefined
  private timer: Subscription | undefined
  private ready = false

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly ticks: Observable<unknown>,
    /** Each time is to be waited for anew, from a commit on. */
    private readonly timed: boolean,
  ) {
    super(out, 'conflate')
    if (!timed) this.watch()
  }

  protected take(event: FeedEvent<T>): void {
    if (event.type !== 'commit') {
      this.open.push(event)
      return
    }
    for (const each of this.open) composeAny(this.pending, each)
    this.open = []
    this.source = cursorSourceOf(event)
    if (!this.ready) this.send()
    else if (this.timed && this.timer?.closed !== false) this.watch()
  }

  /** What waits goes out before the end. */
  protected override finish(): void {
    this.send()
    super.finish()
  }

  private watch(): void {
    const send = (): void => {
      this.timer = undefined
      // A turn of its own: the running one may be another's transaction.
      turns.run(() => {
        this.send()
      })
    }
    this.timer = this.ticks.subscribe({
      next: send,
      error: (error: unknown) => {
        this.error(error)
      },
      complete: send,
    })
    this.add(this.timer)
  }

  private send(): void {
    const { source, pending } = this
    if (this.closed || !source) return
    this.source = undefined
    this.pending = new Map()
    this.ready = true
    const held = this.hold()
    for (const event of pending.values()) this.out.next(event)
    const mark = markAt(this, () => readCursor(source))
    this.out.next(commitAt(mark, 0))
    if (held) this.resume()
  }
}
