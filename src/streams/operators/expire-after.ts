import type { OperatorFunction, SchedulerLike, Subscriber, Subscription } from 'rxjs'
import { type Absent, absent, after, before, difference, type FeedEvent, type ItemEvent, type Key, retractEvent } from '../event.js'
import { must } from '../internal/must.js'
import { EventSubscriber, operate } from '../internal/operator.js'
import { byId, Entry, PositionTree } from '../internal/position-tree.js'
import { type Read, reader } from '../internal/read.js'
import { turns } from '../internal/turns.js'
import { longest, wait } from '../internal/wait.js'

/** How `expireAfter` tells the time. */
export interface ExpiryOptions {
  /** Replaces `Date.now` and `setTimeout`, for virtual time. */
  readonly scheduler?: SchedulerLike
}

/** A time in an item: milliseconds of the epoch or a `Date`; `null` and `undefined` are never. */
export type Expiry = Date | number | null | undefined

/**
 * The items whose time lies ahead: the field `expires`, or what it reads from an item (a pure function); without a time an item stays. What expires is retracted in a turn of its own that repeats the
 * last cursor, all that is due in one commit, and never inside a transaction. A change may move an item's time, also bring it back. Order is dropped.
 *
 * An asynchronous boundary as to time: two such operators expire in two turns. When the input has completed, items go on expiring: the feed completes when none is left that can.
 *
 * Cost: O(log n) an event of an item that has a time, O(1) another; one timer; memory for the items that have a time. Errors: `OperatorError` if `expires` throws or gives no time (NaN, an invalid date).
 *
 * ```ts
 * sessions.pipe(expireAfter('validUntil'))
 * offers.pipe(expireAfter((offer) => offer.since.getTime() + 60_000))
 * ```
 */
export function expireAfter<T>(
  expires: Read<NoInfer<T>, Expiry>,
  options: ExpiryOptions = {},
): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  return operate(ExpirySubscriber<T>, reader<T, Expiry>(expires), options.scheduler)
}

function byTime(a: Entry<unknown>, b: Entry<unknown>): number {
  return a.rank! - b.rank! || byId(a, b)
}

class ExpirySubscriber<T> extends EventSubscriber<T, T> {
  /** Who is shown and has a time, which is its rank. */
  private readonly ahead = new PositionTree<Entry<T>>()
  /** A commit, unless a transaction is open. */
  private last: FeedEvent<T> | undefined
  /** What the timer waits for. */
  private due = Infinity
  private timer: Subscription | undefined
  private ended = false

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly read: (item: T) => Expiry,
    private readonly scheduler: SchedulerLike | undefined,
  ) {
    super(out, 'expireAfter')
  }

  protected override take(event: FeedEvent<T>): void {
    this.last = event
    super.take(event)
  }

  protected override finish(): void {
    this.ended = true
    if (this.ahead.size === 0) super.finish()
  }

  protected apply(event: ItemEvent<T>): ItemEvent<T> | undefined {
    const { id } = event
    const shown = this.move(id, before(event), false)
    return difference(id, shown, this.move(id, after(event), true))
  }

  protected override clear(): void {
    this.ahead.load([])
  }

  protected override flush(): void {
    const { ahead } = this
    const now = this.now()
    let first = ahead.at(0)
    for (; first && first.rank! <= now; first = ahead.at(0)) {
      ahead.removeFound()
      this.emit(retractEvent(first.id, first.item))
    }
    const due = first?.rank ?? Infinity
    if (due === this.due) return
    this.due = due
    this.timer?.unsubscribe()
    if (due < Infinity) this.watch(due - now)
  }

  private watch(milliseconds: number): void {
    const end = (): void => {
      turns.run(() => {
        this.due = Infinity
        if (this.last?.type === 'commit') this.next(this.last)
        if (this.ended) this.finish()
      })
    }
    this.timer = wait(Math.min(milliseconds, longest), this.scheduler).subscribe({ complete: end })
    this.add(this.timer)
  }

  private now(): number {
    return (this.scheduler ?? Date).now()
  }

  /** Lets an item in or out; gives it if it is shown then, or was before. */
  private move(id: Key, item: T | Absent, comes: boolean): T | Absent {
    if (item === absent) return absent
    const time = Number(this.read(item) ?? Infinity)
    must(!Number.isNaN(time), 'the time must be a date or milliseconds', time)
    if (time === Infinity) return item
    const { ahead } = this
    const entry = new Entry(id, item, time)
    ahead.seek(entry, byTime)
    const shown = comes ? time > this.now() : ahead.found?.id === id
    if (!shown) return absent
    if (comes) ahead.insertFound(entry)
    else ahead.removeFound()
    return item
  }
}
