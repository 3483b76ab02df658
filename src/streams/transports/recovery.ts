import type { Cursor } from '../cursor.js'
import { absent, type Absent, difference, type FeedEvent, type Key, publishEvent, resetEvent } from '../event.js'
import { freezeItem } from '../internal/freeze.js'
import { equalValues } from '../query.js'

/** How a `Recovery` starts and what it sends. */
export interface RecoveryOptions<T> {
  /** After an outage send the minimal difference instead of reset and snapshot. Default `true`. */
  readonly diff?: boolean
  /** When two items are the same; default: deep equality. */
  readonly same?: (a: T, b: T) => boolean
  /** What the consumer has already: no reset is sent before the differences. */
  readonly known?: { readonly items: Iterable<readonly [Key, T]>; readonly point: ResumePoint }
}

/** From where a server can resume. */
export interface ResumePoint {
  readonly cursor: Cursor
  readonly queryHash: string
}

/**
 * Joins a snapshot with live events, for every transport, without I/O. What arrives is kept until `commit`, which gives the net difference
 * to the last commit, so half a transaction, half a snapshot or an outage is never seen:
 *
 * - `begin`, `part`…, `commit`: a snapshot replaces everything. Live events that come between its parts are newer than they are.
 * - `resume`, `commit`: what was known stands.
 * - `put` and `remove`, `commit`: live. Repetitions, and items that are the same, do nothing.
 * - `interrupt`: the connection is gone; what was not committed is forgotten, the committed state stays.
 *
 * Cost: O(1) an item, O(n) memory, a snapshot O(n).
 */
export class Recovery<T extends object> {
  private state = new Map<Key, T>()
  private arriving: Map<Key, T> | undefined
  private reason = 'subscribed'
  private live = new Map<Key, T | Absent>()
  private hash: string | undefined
  private reached: Cursor | undefined
  private base = false
  private started = false
  /** The other side has answered the subscription. */
  private answered = false
  private readonly diff: boolean
  private readonly same: (a: T, b: T) => boolean

  constructor(options: RecoveryOptions<T> = {}) {
    this.diff = options.diff ?? true
    this.same = options.same ?? equalValues
    if (!options.known) return
    this.base = true
    for (const [id, item] of options.known.items) this.state.set(id, freezeItem(item))
    this.hash = options.known.point.queryHash
    this.reached = options.known.point.cursor
  }

  /** The state of the last commit. */
  get items(): ReadonlyMap<Key, T> {
    return this.state
  }

  /** There is a state, committed here or known before: differences are made to it, and a late consumer can be given it. */
  get hasState(): boolean {
    return this.base
  }

  /** Where the committed state can be resumed, if it can. */
  get point(): ResumePoint | undefined {
    return this.reached === undefined || this.hash === undefined ? undefined : { cursor: this.reached, queryHash: this.hash }
  }

  /** A snapshot begins; what went before is void. `reason` is what a reset tells. */
  begin(reason: string, queryHash?: string): void {
    this.arriving = new Map()
    this.live.clear()
    this.hash = queryHash
    this.answered = true
    if (this.base) this.reason = reason
  }

  /** A part of the snapshot. */
  part(items: Iterable<readonly [Key, T]>): void {
    const { arriving } = this
    if (!arriving) return
    for (const [id, item] of items) arriving.set(id, freezeItem(item))
  }

  /** What is known stands; the differences follow as `put` and `remove`. */
  resume(queryHash: string): void {
    this.hash = queryHash
    this.answered = true
  }

  put(id: Key, item: T): void {
    this.live.set(id, freezeItem(item))
  }

  remove(id: Key): void {
    this.live.set(id, absent)
  }

  /** The committed state is also that of `cursor`. */
  reach(cursor: Cursor): void {
    this.reached = cursor
  }

  /**
   * Makes what has arrived the state. Returns the events that lead there, without their commit; `undefined` if there is nothing to tell,
   * not even that the feed is ready.
   */
  commit(): readonly FeedEvent<T>[] | undefined {
    const events = this.arriving ? this.replace(this.arriving) : this.advance()
    this.arriving = undefined
    if (this.live.size > 0) this.live = new Map()
    if (events.length === 0 && (this.started || !this.answered)) return undefined
    this.base = this.started = true
    return events
  }

  /** The connection is gone. */
  interrupt(): void {
    this.arriving = undefined
    this.live.clear()
    this.answered = false
  }

  private advance(): FeedEvent<T>[] {
    const events: FeedEvent<T>[] = []
    // Before the first snapshot there is nothing that a live event could belong to.
    if (!this.base) return events
    for (const [id, item] of this.live) this.step(events, id, this.state.get(id) ?? absent, item)
    return events
  }

  private replace(next: Map<Key, T>): FeedEvent<T>[] {
    for (const [id, item] of this.live) {
      if (item === absent) next.delete(id)
      else next.set(id, item)
    }
    return this.base && this.diff ? this.differ(next) : this.restart(next)
  }

  private restart(next: Map<Key, T>): FeedEvent<T>[] {
    const events: FeedEvent<T>[] = [resetEvent(this.reason)]
    for (const [id, item] of next) events.push(publishEvent(id, item))
    this.state = next
    return events
  }

  private differ(next: ReadonlyMap<Key, T>): FeedEvent<T>[] {
    const events: FeedEvent<T>[] = []
    for (const [id, item] of this.state) if (!next.has(id)) this.step(events, id, item, absent)
    for (const [id, item] of next) this.step(events, id, this.state.get(id) ?? absent, item)
    return events
  }

  private step(events: FeedEvent<T>[], id: Key, before: T | Absent, after: T | Absent): void {
    if (before !== absent && after !== absent && this.same(before, after)) return
    const event = difference(id, before, after)
    if (!event) return
    if (after === absent) this.state.delete(id)
    else this.state.set(id, after)
    events.push(event)
  }
}
