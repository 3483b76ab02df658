import type { Observable } from 'rxjs'
import { operatorError } from '../../errors.js'
import { type CursorSource, newestMarks, uniteMarks } from '../cursor.js'
import { type Commit, commitAt, cursorSourceOf, depthOf, type FeedEvent, type ItemEvent, type Key, resetEvent } from '../event.js'
import { announce } from './depth.js'
import { makeFeed } from './operator.js'
import { Subscriber } from './rxjs.js'
import { type Settler, turns } from './turns.js'

/**
 * What every operator with several inputs stands on (law 6): it collects while its inputs send, and flushes once when the turn
 * settles, never while an input is open. A subclass keeps its state in `accept` and `clear`, and sends the difference in `flush`.
 * Inputs may come and go. `S` is what the subclass tells them apart by.
 */
export abstract class Joint<R, S extends object | number = number> implements Settler {
  depth = 1
  /** @internal The id of the item or row that functions of the user are called for. */
  blamed: Key | undefined
  waiting = false
  /** @internal Inputs that must send a commit before anything is shown. */
  open = 0
  /** @internal */
  readonly inputs = new Set<Input<S>>()
  /** @internal Inputs that have not completed. */
  live = 0
  private marks: CursorSource | undefined
  /** How often marks may be united before they are made few again: in proportion to what that costs. */
  private room = 8
  private ready = false
  private sent = true
  /** @internal While it flushes: what comes to its inputs meanwhile, since who hears of it subscribes anew above. */
  later: (() => void)[] | undefined

  constructor(
    /** @internal */
    readonly out: Subscriber<FeedEvent<R>>,
    /** @internal */
    readonly operator: string,
  ) {
    // The set owns them: a list of teardowns takes O(n) to forget one.
    out.add(() => {
      for (const input of this.inputs) input.unsubscribe()
    })
  }

  /** @internal One item event of an input. */
  abstract accept(slot: S, event: ItemEvent<never>): void
  /** @internal An input was reset: its items are gone until they are published again. */
  abstract clear(slot: S): void
  /** Sends the difference since the last flush through `emit`. */
  protected abstract flush(): void

  /** Subscribes to the inputs that are there from the start, inside a turn; their slots are their indexes. */
  connect(feeds: readonly Observable<FeedEvent<unknown>>[]): void {
    announce(this.out, this.depth)
    feeds.forEach((feed, index) => this.attach(index as S, feed))
    turns.schedule(this)
  }

  /**
   * Subscribes to one more input, inside a turn. One that is `late` and not ready when this operator settles is not waited for: what
   * it has is shown when it is ready.
   */
  attach(slot: S, feed: Observable<FeedEvent<unknown>>, late = false): Input<S> {
    const input = new Input<S>(this, slot, !late)
    if (this.out.closed) return input
    this.inputs.add(input)
    feed.subscribe(input)
    return input
  }

  /** Forgets an input; its items are the subclass's matter. One that has completed is not forgotten by itself: its last position counts. */
  detach(input: Input<S> | undefined): void {
    input?.unsubscribe()
    if (input) this.inputs.delete(input)
  }

  /** @internal */
  emit(event: ItemEvent<R>): void {
    this.sent = true
    this.out.next(event)
  }

  /** @internal An input's events are whole. */
  committed(commit: Commit): void {
    this.marks = uniteMarks(this.marks, cursorSourceOf(commit))
    if (--this.room < 0) this.compact(this.marks)
    this.deepen(depthOf(commit) + 1)
    turns.schedule(this)
  }

  /** @internal It is at least so deep, and those behind it are deeper. */
  deepen(depth: number): void {
    if (depth <= this.depth) return
    this.depth = depth
    announce(this.out, depth)
  }

  /** @internal A function of the user threw. */
  fail(id: Key | undefined, cause: unknown): void {
    this.out.error(operatorError(this.operator, id ?? this.blamed, cause))
  }

  /** Attaches inputs that were asked for in this turn, and leaves others; tells whether there are any new. */
  protected prepare(): boolean {
    return false
  }

  settle(): void {
    const { out } = this
    try {
      // Those that came just now settle first, be they deeper or not so deep.
      if (this.prepare()) turns.schedule(this)
    } catch (error) {
      out.error(error)
    }
    if (this.waiting || this.open > 0 || out.closed) return
    const later: (() => void)[] = (this.later = [])
    if (!this.ready) out.next(resetEvent('subscribed'))
    this.ready = true
    try {
      this.flush()
    } catch (cause) {
      this.fail(undefined, cause)
    }
    if (this.sent) out.next(commitAt(this.marks ?? [], this.depth))
    this.sent = false
    this.later = undefined
    for (const job of later) job()
    // If any was done, the end of one asks for another settling.
    if (this.live + later.length === 0) out.complete()
  }

  /**
   * Keeps the newest mark heard of each root that an input stands on, whichever input it came by: commits are sparse, so those that
   * are left may have been silent since.
   */
  private compact(heard: CursorSource): void {
    const roots = newestMarks([...this.inputs].map(({ source }) => source ?? []))
    const marks = [...newestMarks(heard).values()].filter((mark) => roots.has(mark.root))
    this.marks = marks[1] ? marks : marks[0]
    this.room = 8 + roots.size + this.inputs.size
  }
}

/** A feed of what an operator makes of `feeds`: each subscription has one of its own. */
export function jointFeed<R, S extends object | number, A extends readonly unknown[]>(
  Made: new (out: Subscriber<FeedEvent<R>>, ...args: A) => Joint<R, S>,
  feeds: readonly Observable<FeedEvent<unknown>>[],
  ...args: A
): Observable<FeedEvent<R>> {
  return makeFeed((out) => {
    new Made(out, ...args).connect(feeds)
  })
}

/** @internal */
export class Input<S extends object | number> extends Subscriber<FeedEvent<unknown> | undefined> {
  /** Of its last commit; it is ready when there is one. */
  source: CursorSource | undefined
  private open = false

  constructor(
    private readonly joint: Joint<unknown, S>,
    private readonly slot: S,
    open: boolean,
  ) {
    super()
    this.setOpen(open)
    joint.live++
    this.add(() => {
      this.setOpen(false)
      joint.live--
    })
  }

  /** An event; the end is `undefined`. */
  override next(event: FeedEvent<unknown> | undefined): void {
    if (this.closed) return
    const { joint, slot } = this
    if (joint.later) {
      joint.later.push(() => {
        this.next(event)
      })
      return
    }
    if (!event) {
      this.unsubscribe()
      turns.schedule(joint)
      return
    }
    this.setOpen(event.type !== 'commit')
    if (event.type === 'commit') {
      this.source = cursorSourceOf(event)
      joint.committed(event)
    } else if (event.type === 'reset') joint.clear(slot)
    else {
      try {
        joint.accept(slot, event as ItemEvent<never>)
      } catch (cause) {
        joint.fail(event.id, cause)
      }
    }
  }

  override error(error: unknown): void {
    if (!this.closed) this.joint.out.error(error)
  }

  override complete(): void {
    this.next(undefined)
  }

  /** @internal */
  deepen(depth: number): void {
    this.joint.deepen(depth + 1)
  }

  private setOpen(open: boolean): void {
    this.joint.open += Number(open) - Number(this.open)
    this.open = open
  }
}
