import type { Position } from '../../streams/cursor.js'

interface Waiter {
  readonly position: Position
  readonly resolve: () => void
}

/** How long a position may be awaited, in ms, before the server is given something to tell; then this again, and again. */
const nudgeAfterMs = 10
const nudgeAgainMs = 1_000

/** Who waits for the feeds to reach a position. */
export class Arrivals {
  private readonly waiters = new Set<Waiter>()
  private timer: NodeJS.Timeout | undefined

  /** `nudge` makes the history go on: on a server where nothing happens no position would be passed. */
  constructor(private readonly nudge: () => Promise<void>) {}

  wait(position: Position): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.add({ position, resolve })
      this.arm(nudgeAfterMs)
    })
  }

  reach(position: Position): void {
    for (const waiter of this.waiters) {
      if (waiter.position > position) continue
      this.waiters.delete(waiter)
      waiter.resolve()
    }
    if (this.waiters.size === 0) this.disarm()
  }

  /** Lets everybody go. */
  release(): void {
    this.disarm()
    for (const { resolve } of this.waiters) resolve()
    this.waiters.clear()
  }

  private arm(ms: number): void {
    this.timer ??= setTimeout(() => {
      void this.nudge().finally(() => {
        this.timer = undefined
        if (this.waiters.size > 0) this.arm(nudgeAgainMs)
      })
    }, ms)
  }

  private disarm(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
