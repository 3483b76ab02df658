import type { Position } from '../../streams/cursor.js'

interface Waiter {
  readonly position: Position
  readonly resolve: () => void
}

/** How long a position may be awaited, in ms, before the server is given something to tell; then twice as long, and so on. */
const nudgeAfterMs = 10
const mostMs = 1_000

/** Who waits for the feeds to reach a position. */
export class Arrivals {
  private readonly waiters = new Set<Waiter>()
  private timer: NodeJS.Timeout | undefined
  private delay = nudgeAfterMs

  /** `nudge` makes the history go on: on a server where nothing happens no position would be passed. */
  constructor(private readonly nudge: () => Promise<void>) {}

  wait(position: Position): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.add({ position, resolve })
      this.delay = nudgeAfterMs
      this.arm()
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

  private arm(): void {
    this.timer ??= setTimeout(() => {
      this.delay = Math.min(mostMs, 2 * this.delay)
      void this.nudge().finally(() => {
        this.timer = undefined
        if (this.waiters.size > 0) this.arm()
      })
    }, this.delay)
  }

  private disarm(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
