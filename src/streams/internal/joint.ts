import { type Observable, Subscriber } from 'rxjs'
import { OperatorError } from '../../errors.js'
import { type CursorSource, uniteMarks } from '../cursor.js'
import { commitAt, cursorSourceOf, depthOf, type FeedEvent, type ItemEvent, resetEvent } from '../event.js'
import { type Settler, turns } from './turns.js'

/**
 * What every operator with several inputs stands on (law 6): it collects while its inputs send, and flushes once when the turn
 * settles, never while an input is open. A subclass keeps its state in `accept` and `clear`, and sends the difference in `flush`.
 */
export abstract class Joint<R> implements Settler {
  depth = 1
  waiting = false
  private marks: CursorSource | undefined
  private open = 0
  private live = 0
  private ready = false
  private sent = false

  constructor(
    protected readonly out: Subscriber<FeedEvent<R>>,
    protected readonly operator: string,
  ) {}

  /** One item event of input `index`. */
  protected abstract accept(index: number, event: ItemEvent<never>): void
  /** Input `index` was reset: its items are gone until they are published again. */
  protected abstract clear(index: number): void
  /** Sends the difference since the last flush through `emit`. */
  protected abstract flush(): void

  /** Subscribes to all inputs in one turn. Call it once, when the subclass is built. */
  connect(feeds: readonly Observable<FeedEvent<unknown>>[], parameters: readonly Pick<Parameter<unknown>, 'subscribe'>[] = []): void {
    this.open = this.live = feeds.length + parameters.length
    turns.join(() => {
      for (const parameter of parameters) {
        parameter.subscribe(this, this.out)
      }
      feeds.forEach((feed, index) => {
        if (this.out.closed) return
        const input = new Input(this, index)
        this.out.add(input)
        feed.subscribe(input)
      })
      if (this.live === 0) turns.schedule(this)
    })
  }

  protected emit(event: ItemEvent<R>): void {
    this.sent = true
    this.out.next(event)
  }

  /** Ends the feed because a function of the user threw. */
  protected fail(id: string | undefined, cause: unknown): void {
    this.out.error(new OperatorError(this.operator, id, cause))
  }

  /** @internal */
  opened(): void {
    this.open++
  }

  /** @internal An input has committed: its events are whole. */
  committed(source: CursorSource | undefined, depth: number, wasOpen: boolean): void {
    if (wasOpen) this.open--
    if (source !== undefined) this.marks = uniteMarks(this.marks, source)
    if (depth >= this.depth) this.depth = depth + 1
    turns.schedule(this)
  }

  /** @internal */
  completed(wasOpen: boolean): void {
    this.live--
    if (wasOpen) this.open--
    turns.schedule(this)
  }

  /** @internal */
  failed(error: unknown): void {
    this.out.error(error)
  }

  /** @internal */
  receive(index: number, event: ItemEvent<never>): void {
    this.accept(index, event)
  }

  /** @internal */
  reset(index: number): void {
    this.clear(index)
  }

  settle(): void {
    if (this.open > 0 || this.out.closed) return
    const first = !this.ready
    if (first) {
      this.ready = true
      this.out.next(resetEvent('subscribed'))
    }
    this.sent = false
    this.flush()
    if ((this.sent || first) && !this.out.closed) this.out.next(commitAt(this.marks ?? [], this.depth))
    if (this.live === 0) this.out.complete()
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
    if (event.type === 'commit') {
      const wasOpen = this.open
      this.open = false
      this.joint.committed(cursorSourceOf(event), depthOf(event), wasOpen)
      return
    }
    if (!this.open) {
      this.open = true
      this.joint.opened()
    }
    if (event.type === 'reset') this.joint.reset(this.index)
    else this.joint.receive(this.index, event as ItemEvent<never>)
  }

  override error(error: unknown): void {
    if (this.closed) return
    this.joint.failed(error)
    this.unsubscribe()
  }

  override complete(): void {
    if (this.closed) return
    const wasOpen = this.open
    this.open = false
    this.unsubscribe()
    this.joint.completed(wasOpen)
  }
}

/** An operator's argument that may change: read when the turn settles; the operator is not ready before its first value. */
export class Parameter<P> {
  value: P | undefined
  private fresh = false

  constructor(private readonly values: Observable<P>) {}

  /** Tells whether the value has changed since the last call. */
  take(): boolean {
    const { fresh } = this
    this.fresh = false
    return fresh
  }

  subscribe(joint: Joint<never> | Joint<unknown>, owner: Subscriber<unknown>): void {
    let missing = true
    const subscription = new Subscriber<P>({
      next: (value: P) => {
        this.value = value
        this.fresh = true
        // A parameter derived from a feed arrives while a deeper operator settles: from then on this one settles after it.
        joint.committed(undefined, turns.depth, missing)
        missing = false
      },
      error: (error: unknown) => {
        joint.failed(error)
      },
      complete: () => {
        joint.completed(missing)
      },
    })
    owner.add(subscription)
    this.values.subscribe(subscription)
  }
}
