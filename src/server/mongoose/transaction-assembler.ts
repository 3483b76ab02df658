import type { StreamEvent } from './change-events.js'
import type { ClusterTime } from './cluster-time.js'

/** The events of one transaction, or one event outside of any. */
export interface EventGroup {
  readonly time: ClusterTime
  readonly events: readonly StreamEvent[]
}

interface OpenGroup extends EventGroup {
  readonly transaction: string
  readonly events: StreamEvent[]
}

/**
 * Puts the events of a change stream together into transactions. A transaction has no end mark, and its events may come in several batches; all
 * have one cluster time. It is over
 * - when an event of another transaction, of none, or of another time comes;
 * - when the resume token has passed its time;
 * - from a replica set, when a batch comes back empty, since a transaction is one run of the log, which a batch only breaks off when it is full;
 * - from a replica set, with the record of a client's write, which is the last thing its transaction does.
 *
 * A sharded cluster merges the events of its shards: neither of the latter two proves anything there.
 */
export class TransactionAssembler {
  private open: OpenGroup | undefined

  constructor(private readonly sharded: boolean) {}

  /** The groups that are complete now, in order. */
  add(event: StreamEvent): readonly EventGroup[] {
    const { time, transaction } = event
    const complete: EventGroup[] = []
    if (this.open !== undefined && (this.open.transaction !== transaction || !this.open.time.equals(time))) complete.push(...this.take())
    if (transaction === undefined) return [...complete, { time, events: [event] }]
    this.open ??= { time, transaction, events: [] }
    this.open.events.push(event)
    return event.last && !this.sharded ? [...complete, ...this.take()] : complete
  }

  /** The stream has reached `time`, as its resume token says. */
  passed(time: ClusterTime): readonly EventGroup[] {
    return this.open !== undefined && time.greaterThan(this.open.time) ? this.take() : []
  }

  /** A batch came back empty. */
  idle(): readonly EventGroup[] {
    return this.sharded ? [] : this.take()
  }

  /** Forgets what was begun: the history is lost. */
  discard(): void {
    this.open = undefined
  }

  private take(): readonly EventGroup[] {
    const { open } = this
    this.open = undefined
    return open === undefined ? [] : [open]
  }
}
