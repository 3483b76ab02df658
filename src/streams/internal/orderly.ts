import { Subscriber } from './rxjs.js'

/**
 * A subscriber that takes one event after the other. Who is told several things at once may answer the first by subscribing anew above, and a new snapshot
 * comes at once: what comes while it holds waits until the rest is told.
 */
export abstract class Orderly<E> extends Subscriber<E> {
  private holds = false
  /** What waits; the end is `undefined`. */
  private readonly later: (E | undefined)[] = []

  constructor(out?: Subscriber<unknown>) {
    super(out as Subscriber<E> | undefined)
  }

  override next(event: E): void {
    if (this.closed) return
    if (this.holds) this.later.push(event)
    else this.take(event)
  }

  override complete(): void {
    if (this.holds) this.later.push(undefined)
    else this.finish()
  }

  /** What an event is for. */
  protected abstract take(event: E): void

  /** There will be no more events. */
  protected finish(): void {
    super.complete()
  }

  /** Lets events wait, until who was told `true` resumes. */
  protected hold(): boolean {
    return !this.holds && (this.holds = true)
  }

  protected resume(): void {
    for (const event of this.later) {
      if (event === undefined) this.finish()
      else if (!this.closed) this.take(event)
    }
    // Setting a length costs more than reading it.
    this.later.length &&= 0
    this.holds = false
  }
}
