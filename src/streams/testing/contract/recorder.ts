import { Subscription } from 'rxjs'
import { applyEvent, type Feed, type FeedEvent, type Key } from '../../event.js'
import { checkLaws, type LawOptions } from '../check-laws.js'

/** Subscribes under `checkLaws` and keeps what it hears; states are those of commits. */
export class Recorder<T> {
  readonly events: FeedEvent<T>[] = []
  readonly subscription = new Subscription()
  error: unknown
  completed = false
  commits = 0
  private readonly open: Map<Key, T>
  private committed: Map<Key, T>
  private wake: (() => void)[] = []

  constructor(feed: Feed<T>, options: LawOptions & { readonly known?: Iterable<readonly [Key, T]> } = {}) {
    this.open = new Map(options.known)
    this.committed = new Map(this.open)
    this.subscription.add(
      feed.pipe(checkLaws<FeedEvent<T>>(options)).subscribe({
        next: (event) => {
          this.events.push(event)
          applyEvent(this.open, event)
          if (event.type !== 'commit') return
          this.commits++
          this.committed = new Map(this.open)
          this.notify()
        },
        error: (error: unknown) => {
          this.error = error
          this.notify()
        },
        complete: () => {
          this.completed = true
          this.notify()
        },
      }),
    )
  }

  /** The state of the last commit. */
  get state(): Record<Key, T> {
    return Object.fromEntries(this.committed)
  }

  /** @internal What was heard since the last call, without commits. */
  heard(): string[] {
    const names = this.events.flatMap((event) =>
      event.type === 'commit' ? [] : event.type === 'reset' ? ['reset'] : [`${event.type} ${event.id}`],
    )
    this.events.length = 0
    return names
  }

  /** Resolves at the first commit, now or later, whose state fits; rejects if the feed ends before. */
  async until(fits: (state: Record<Key, T>) => boolean): Promise<this> {
    while (this.commits === 0 || !fits(this.state)) {
      if (this.error !== undefined) throw this.error as Error
      if (this.completed) throw new Error('the feed has completed')
      await new Promise<void>((resolve) => this.wake.push(resolve))
    }
    return this
  }

  ready(): Promise<this> {
    return this.until(() => true)
  }

  /** Resolves with the error that ends the feed. */
  async failure(): Promise<unknown> {
    while (this.error === undefined && !this.completed) await new Promise<void>((resolve) => this.wake.push(resolve))
    return this.error
  }

  /** Resolves when the feed has completed. */
  async completion(): Promise<void> {
    await this.failure()
    if (this.error !== undefined) throw this.error as Error
  }

  private notify(): void {
    const wake = this.wake
    this.wake = []
    for (const resolve of wake) resolve()
  }
}
