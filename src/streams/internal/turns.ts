/**
 * The process-wide queue of turns (law 5) and the settling at the end of each (law 6).
 *
 * A turn is one job: a root sends the events of one transaction and the commit. Operators with several inputs ask to be
 * settled; when the job is done they are, the shallowest first, so that each sees all its inputs' commits before it flushes.
 */

/** An operator that flushes when the turn settles. */
export interface Settler {
  /** One more than the depth of the deepest input heard so far; it may grow, also while waiting. */
  depth: number
  /** Set by the queue while the settler waits. */
  waiting: boolean
  settle(): void
}

export interface Turns {
  /** A turn is running: writes wait, subscriptions join. */
  readonly running: boolean
  /** Counts turns, to tell whether something happened in this one. */
  readonly serial: number
  /** The depth being settled; 0 while the turn's job runs. */
  readonly depth: number
  /** Runs `job` as a turn of its own: now if none is running (and then throws what it throws), else after those that wait. */
  run(job: () => void): void
  /** Runs `job` inside the running turn, or as a turn of its own. */
  join(job: () => void): void
  /** Settles `settler` in the running turn, or in one opened for it. */
  schedule(settler: Settler): void
}

/** An exception that nobody can catch any more, reported as rxjs reports a consumer that throws. */
export function reportLater(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}

const nothing = (): void => undefined

class TurnQueue implements Turns {
  running = false
  serial = 0
  depth = 0
  private readonly jobs: (() => void)[] = []
  private readonly levels: Level[] = []
  private unsettled = 0

  run(job: () => void): void {
    if (this.running) {
      this.jobs.push(job)
      return
    }
    this.running = true
    try {
      this.turn(job)
    } finally {
      for (let next = 0; next < this.jobs.length; next++) {
        try {
          this.turn(this.jobs[next]!)
        } catch (error) {
          reportLater(error)
        }
      }
      this.jobs.length = 0
      this.running = false
    }
  }

  join(job: () => void): void {
    if (this.running) job()
    else this.run(job)
  }

  schedule(settler: Settler): void {
    if (!settler.waiting) {
      settler.waiting = true
      this.unsettled++
      this.level(settler.depth).add(settler)
    }
    if (!this.running) this.run(nothing)
  }

  private turn(job: () => void): void {
    this.serial++
    try {
      job()
    } finally {
      if (this.unsettled > 0) this.settle()
    }
  }

  private settle(): void {
    // A settler may schedule others at any depth, also at a lower one (a subscription made while settling): begin anew each time.
    while (this.unsettled > 0) {
      let depth = 0
      while (this.levels[depth]!.isEmpty) depth++
      const settler = this.levels[depth]!.take()
      if (settler.depth > depth) {
        this.level(settler.depth).add(settler)
        continue
      }
      this.unsettled--
      settler.waiting = false
      this.depth = depth
      try {
        settler.settle()
      } catch (error) {
        reportLater(error)
      }
    }
    this.depth = 0
  }

  private level(depth: number): Level {
    while (this.levels.length <= depth) this.levels.push(new Level())
    return this.levels[depth]!
  }
}

/** The settlers of one depth, first in, first out. */
class Level {
  private readonly settlers: Settler[] = []
  private head = 0

  get isEmpty(): boolean {
    return this.head === this.settlers.length
  }

  add(settler: Settler): void {
    this.settlers.push(settler)
  }

  take(): Settler {
    const settler = this.settlers[this.head++]!
    if (this.head === this.settlers.length) this.settlers.length = this.head = 0
    return settler
  }
}

const registry = globalThis as { [key: symbol]: Turns | undefined }
const name = Symbol.for('rachis.turns.1')

/** The queue: one a process, even if the package is loaded twice. */
export const turns: Turns = (registry[name] ??= new TurnQueue())
