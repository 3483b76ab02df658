import { type Observable, Subscriber } from 'rxjs'
import { type CursorSource, uniteMarks } from '../cursor.js'
import { type Commit, commitAt, cursorSourceOf, depthOf, type FeedEvent, type ItemEvent, resetEvent } from '../event.js'
import { type Settler, turns } from './turns.js'

/**
 * What every operator with several inputs stands on (law 6): it collects while its inputs send, and flushes once when the turn
 * settles, never while an input is open. A subclass keeps its state in `accept` and `clear`, and sends the difference in `flush`.
 */
export abstract class Joint<R> implements Settler {
  depth = 1
  waiting = false
  /** @internal Inputs in the middle of a transaction. */
  open = 0
  private live = 0
  private marks: CursorSource | undefined
  private ready = false
  private sent = true

  constructor(
    /** @internal */
    readonly out: Subscriber<FeedEvent<R>>,
  ) {}

  /** @internal One item event of input `index`. */
  abstract accept(index: number, event: ItemEvent<never>): void
  /** @internal Input `index` was reset: its items are gone until they are published again. */
  abstract clear(index: number): void
  /** Sends the difference since the last flush through `emit`. */
  protected abstract flush(): void

  /** Subscribes to all inputs, inside a turn. Call it once, when the subclass is built. */
  connect(feeds: readonly Observable<FeedEvent<unknown>>[]): void {
    this.open = this.live = feeds.length
    if (this.live === 0) turns.schedule(this)
    feeds.forEach((feed, index) => {
      if (this.out.closed) return
      const input = new Input(this, index)
      this.out.add(input)
      feed.subscribe(input)
    })
  }

  protected emit(event: ItemEvent<R>): void {
    this.sent = true
    this.out.next(event)
  }

  /** @internal An input's events are whole. */
  committed(commit: Commit): void {
    this.marks = uniteMarks(this.marks, cursorSourceOf(commit))
    this.depth = Math.max(this.depth, depthOf(commit) + 1)
    turns.schedule(this)
  }

  /** @internal */
  completed(): void {
    this.live--
    turns.schedule(this)
  }

  settle(): void {
    const { out } = this
    if (this.open > 0 || out.closed) return
    if (!this.ready) out.next(resetEvent('subscribed'))
    this.ready = true
    this.flush()
    if (this.sent) out.next(commitAt(this.marks ?? [], this.depth))
    this.sent = false
    if (this.live === 0) out.complete()
  }
}

class Input extends Subscriber<FeedEvent<unknown>> {
  private open = true

  constructor(
    private readonly joint: Joint<unknown>,
    private readonly index: number,
  ) {
    super()
  }

  override next(event: FeedEvent<unknown>): void {
    if (this.closed) return
    const { joint, index } = this
    this.setOpen(event.type !== 'commit')
    if (event.type === 'commit') joint.committed(event)
    else if (event.type === 'reset') joint.clear(index)
    else joint.accept(index, event as ItemEvent<never>)
  }

  override error(error: unknown): void {
    if (!this.closed) this.joint.out.error(error)
  }

  override complete(): void {
    if (this.closed) return
    this.setOpen(false)
    this.unsubscribe()
    this.joint.completed()
  }

  private setOpen(open: boolean): void {
    if (this.open === open) return
    this.open = open
    this.joint.open += open ? 1 : -1
  }
}
