import type { SharedQuery } from './shared-query.js'
import { Frame } from './frame.js'
import { markLine } from './lines.js'
import { cursorOf } from './group.js'
import type { Missed } from './subscription.js'

/** A way to one client, as the network gives it. */
export interface Link {
  send(frame: Frame): void
  /** What is sent from now on until the end of this turn of the event loop goes out in one piece. */
  gather?(): void
  /** Bytes handed over that the network has not taken yet. */
  readonly buffered: number
  /** Calls `listener` once when the network has taken what was handed over, or on the link's end. */
  onDrain(listener: () => void): void
  /** Ends the link after what has been sent. */
  close(): void
  /** Ends the link at once. */
  destroy(): void
}

/** Below this many missed keys it isn't worth asking how large the query is. */
const fewKeys = 1_000

/**
 * What goes to one connection. While the network doesn't take it, nothing is handed over any more: of each query only the keys are kept
 * that its turns touched, and their present state is sent when the network is ready again. So a slow client costs no more memory than the keys
 * it has, and sees fewer, larger turns.
 */
export class Outlet {
  /** Since when the network has not taken what it was given; 0 if it has. */
  slowSince = 0
  private missed = new Map<SharedQuery, Missed>()
  private later: (() => void)[] = []

  constructor(
    readonly link: Link,
    private readonly maxBuffered: number,
    /** Brings what was decided so far into the queries' lines. */
    private readonly flush: () => void,
    /** The query's snapshots, without marks, for all its subscriptions here. */
    private readonly anew: (query: SharedQuery) => readonly Frame[],
  ) {}

  /** A turn of some of its queries. */
  deliver(frame: Frame, touched: readonly SharedQuery[]): void {
    if (this.slowSince > 0) for (const query of touched) this.miss(query)
    else this.send(frame)
  }

  /** Runs `job`, which sends something, in its place after everything that comes before it. */
  inOrder(job: () => void): void {
    if (this.slowSince > 0) this.later.push(job)
    else job()
  }

  send(frame: Frame): void {
    this.link.send(frame)
    if (this.slowSince === 0 && this.link.buffered > this.maxBuffered) this.slowDown()
  }

  /** Forgets a query that the connection no longer has. */
  forget(query: SharedQuery): void {
    this.missed.delete(query)
  }

  private slowDown(): void {
    this.slowSince = performance.now()
    this.link.onDrain(() => {
      this.catchUp()
    })
  }

  private miss(query: SharedQuery): void {
    let missed = this.missed.get(query)
    if (missed === 'all') return
    if (missed === undefined) this.missed.set(query, (missed = new Set()))
    for (const key of query.flushed) missed.add(key)
    if (missed.size > fewKeys && missed.size > query.size) this.missed.set(query, 'all')
  }

  private catchUp(): void {
    this.flush()
    const { missed, later } = this
    this.missed = new Map()
    this.later = []
    this.slowSince = 0
    let lines = ''
    const snapshots: Frame[] = []
    const told: SharedQuery[] = []
    for (const [query, keys] of missed) {
      if (query.ended) continue
      told.push(query)
      if (keys === 'all') snapshots.push(...this.anew(query))
      else lines += query.linesOf(keys)
    }
    // A mark speaks for all queries of the connection: it may only come when all of them have what they missed.
    if (told.length > 0) for (const frame of [...snapshots, Frame.of(lines + markLine(cursorOf(told)))]) this.send(frame)
    for (const job of later) this.inOrder(job)
  }
}
