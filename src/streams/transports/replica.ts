import type { Subscriber } from 'rxjs'
import { type Commit, type FeedEvent, publishEvent, resetEvent } from '../event.js'
import { Recovery, type RecoveryOptions } from './recovery.js'

interface Sink<T> {
  readonly out: Subscriber<FeedEvent<T>>
  /** The round whose state it was given when it came in the middle of it: it only waits for that round's commit. */
  readonly joined: number
}

/**
 * The local copy of what one upstream subscription delivers, shared by any number of subscribers. A round has three steps, so that a
 * connection can make one turn of many replicas: `prepare` makes the new state, `send` tells the events, `close` commits.
 */
export class Replica<T extends object> {
  readonly recovery: Recovery<T>
  private readonly sinks = new Set<Sink<T>>()
  private events: readonly FeedEvent<T>[] | undefined
  private lastCommit: Commit | undefined
  private round = 0
  /** The first subscriber of a resumed feed has the state already. */
  private silent: boolean

  /** `release` is called when the last subscriber has left. */
  constructor(
    options: RecoveryOptions<T>,
    private readonly release: () => void,
  ) {
    this.recovery = new Recovery(options)
    this.silent = options.known !== undefined
  }

  get subscribers(): number {
    return this.sinks.size
  }

  /** Call it inside a turn. */
  attach(out: Subscriber<FeedEvent<T>>): void {
    const sink: Sink<T> = { out, joined: this.events ? this.round : -1 }
    out.add(() => {
      if (this.sinks.delete(sink) && this.sinks.size === 0) this.release()
    })
    this.sinks.add(sink)
    if (!this.silent && this.recovery.hasState) this.introduce(out)
    this.silent = false
  }

  /** Makes the new state; `false` if there is nothing to tell. */
  prepare(): boolean {
    this.events = this.recovery.commit()
    if (!this.events) return false
    this.round++
    return true
  }

  send(): void {
    const { events = [], round } = this
    for (const sink of this.sinks) {
      if (sink.joined === round) continue
      for (const event of events) sink.out.next(event)
    }
  }

  close(commit: Commit): void {
    this.events = undefined
    this.lastCommit = commit
    for (const { out } of this.sinks) out.next(commit)
  }

  /** Ends all subscriptions with `error`. */
  fail(error: unknown): void {
    for (const { out } of this.drain()) out.error(error)
  }

  /** Completes all subscriptions. */
  complete(): void {
    for (const { out } of this.drain()) out.complete()
  }

  private introduce(out: Subscriber<FeedEvent<T>>): void {
    out.next(resetEvent('subscribed'))
    for (const [id, item] of this.recovery.items) {
      if (out.closed) return
      out.next(publishEvent(id, item))
    }
    if (!this.events && this.lastCommit) out.next(this.lastCommit)
  }

  private drain(): readonly Sink<T>[] {
    const sinks = [...this.sinks]
    this.sinks.clear()
    return sinks
  }
}
