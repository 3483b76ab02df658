import { isObservable, type Observable, type OperatorFunction, type SchedulerLike, Subscriber, Subscription } from 'rxjs'
import { ArgumentError } from '../../errors.js'
import { type CursorSource, markAt, readCursor } from '../cursor.js'
import { commitAt, compose, cursorSourceOf, type Feed, type FeedEvent, type ItemEvent, type Key, type Reset } from '../event.js'
import { FeedSubscriber, operate } from '../internal/operator.js'
import { turns } from '../internal/turns.js'

/**
 * Whole transactions merged into one: at most one in `when` milliseconds, or one at each value of `when` (an animation frame, a demand).
 * What waits is the net effect, never more than one event a key. The first snapshot isn't delayed. Order is dropped.
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
  if (!isObservable(when) && !(when >= 0)) throw new ArgumentError(`conflate: the time must be milliseconds from 0, not ${String(when)}`)
  return (feed: Feed<T>) => operate(feed, (out: Subscriber<FeedEvent<T>>) => new ConflateSubscriber(out, when, scheduler))
}

class ConflateSubscriber<T> extends FeedSubscriber<FeedEvent<T>, FeedEvent<T>> {
  /** Since the last commit of the input. */
  private open: FeedEvent<T>[] = []
  /** Whole, but not sent: the net effect under each key. */
  private readonly pending = new Map<Key, ItemEvent<T>>()
  private reset: Reset | undefined
  private source: CursorSource | undefined
  private timer: Subscription | undefined
  private ready = false

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly when: number | Observable<unknown>,
    private readonly scheduler: SchedulerLike | undefined,
  ) {
    super(out, 'conflate')
    if (!isObservable(when)) return
    const flush = (): void => {
      this.flush()
    }
    const ticks = new Subscriber<unknown>({
      next: flush,
      error: (error: unknown) => {
        this.error(error)
      },
      complete: flush,
    })
    this.add(ticks)
    when.subscribe(ticks)
  }

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    if (event.type !== 'commit') {
      this.open.push(event)
      return
    }
    for (const each of this.open) this.collect(each)
    this.open = []
    this.source = cursorSourceOf(event)
    if (!this.ready) this.flush()
    else if (typeof this.when === 'number') this.wait(this.when)
  }

  /** What waits goes out before the end. */
  override complete(): void {
    if (this.closed) return
    turns.join(() => {
      this.send()
      super.complete()
    })
  }

  private collect(event: FeedEvent<T>): void {
    if (event.type === 'reset') {
      this.pending.clear()
      this.reset = event
    } else if (event.type !== 'commit') compose(this.pending, event)
  }

  private wait(milliseconds: number): void {
    if (this.timer !== undefined) return
    const flush = (): void => {
      this.timer = undefined
      this.flush()
    }
    if (this.scheduler === undefined) {
      const timeout = setTimeout(flush, milliseconds)
      this.timer = new Subscription(() => {
        clearTimeout(timeout)
      })
    } else this.timer = this.scheduler.schedule(flush, milliseconds)
    this.add(this.timer)
  }

  private flush(): void {
    turns.join(() => {
      this.send()
    })
  }

  private send(): void {
    const { source, reset } = this
    if (this.closed || source === undefined) return
    this.source = this.reset = undefined
    this.ready = true
    if (reset !== undefined) this.out.next(reset)
    const waiting = [...this.pending.values()]
    this.pending.clear()
    for (const event of waiting) this.out.next(event)
    this.out.next(
      commitAt(
        markAt(this, () => readCursor(source)),
        0,
      ),
    )
  }
}
