import type { Link } from './link.js'
import { attempt } from '../report.js'
import type { Document, Syncable } from './syncable.js'

/** What the server tells of one document. */
export interface ChannelEvent {
  readonly type: 'created' | 'updated' | 'deleted'
  readonly document: Document
  /** The options of whoever wrote it. */
  readonly remote: Document
}

/** Who asked to be subscribed, and waits. */
export interface Waiting {
  readonly subject: Syncable
  readonly done: (count: number | undefined) => void
  readonly failed: (error: unknown) => void
}

/** A server that never answers must not keep what others do from being shown. */
const mostHeld = 1000

/** One URL: who is subscribed to it here, and what is told about it. One subscription at the server serves them all. */
export class Channel {
  readonly subjects = new Set<Syncable>()
  /** How many clients are subscribed, as far as the server has said. */
  count: number | undefined
  /** Where it is subscribed, or being so. */
  link: Link | undefined
  /** Whether the server has answered. */
  isOpen = false
  /** Events may have been missed: of another connection, or as the server says. */
  hasGap = false
  isCatchingUp = false
  /** The answer has been told as an event, and the server may tell it again. */
  toldByAnswer: number | undefined
  readonly waiting: Waiting[] = []
  private readonly held: ChannelEvent[] = []
  private holds = 0

  constructor(
    readonly url: string,
    private readonly apply: (channel: Channel, event: ChannelEvent) => void,
  ) {}

  get isIdle(): boolean {
    return this.subjects.size === 0 && this.holds === 0
  }

  receive(event: ChannelEvent): void {
    if (this.holds === 0) this.run(event)
    else this.held.push(event)
    if (this.held.length > mostHeld) this.drain()
  }

  /**
   * Holds events back until what is returned is called: what they say belongs after an answer that is on its way, be it the id of a model that was created here, or
   * a list that was read before them.
   */
  hold(): () => void {
    let isHeld = true
    this.holds++
    return () => {
      if (!isHeld) return
      isHeld = false
      if (--this.holds === 0) this.drain()
    }
  }

  /** Takes what is held back, to be applied by who asks. */
  takeHeld(): ChannelEvent[] {
    return this.held.splice(0)
  }

  trigger(name: 'subscribe' | 'unsubscribe', count: number | undefined): void {
    for (const subject of [...this.subjects]) tell(subject, name, count)
  }

  /** Nobody waits for this one any more. */
  forget(subject: Syncable): void {
    this.waiting.splice(0, this.waiting.length, ...this.waiting.filter((each) => each.subject !== subject))
  }

  /** The connection is gone, with everything that the server knew. */
  close(): void {
    this.hasGap ||= this.isOpen
    this.link = this.count = this.toldByAnswer = undefined
    this.isOpen = false
  }

  private drain(): void {
    for (const event of this.takeHeld()) this.run(event)
  }

  private run(event: ChannelEvent): void {
    attempt(() => {
      this.apply(this, event)
    })
  }
}

/** Tells a model or a collection how many are online. */
export function tell(subject: Syncable, name: 'subscribe' | 'unsubscribe', count: number | undefined): void {
  attempt(() => subject.trigger(name, count, subject))
}
