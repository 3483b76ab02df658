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

class TurnQueue implements Turns {
  running = false
  serial = 0
  depth = 0
  private readonly jobs: (() => void)[] = []
  /** Who waits, by depth. */
  private readonly levels: Settler[][] = []

  run(job: () => void): void {
    if (this.running) {
      this.jobs.push(job)
      return
    }
    this.running = true
    try {
      this.turn(job)
    } finally {
      for (const waiting of this.jobs) {
        attempt(() => {
          this.turn(waiting)
        })
      }
      // Setting a length costs more than reading it.
      this.jobs.length &&= 0
      this.running = false
    }
  }

  join(job: () => void): void {
    if (this.running) job()
    else this.run(job)
  }

  schedule(settler: Settler): void {
    if (!settler.waiting) this.enter(settler)
    this.join(() => undefined)
  }

  private turn(job: () => void): void {
    this.serial++
    try {
      job()
    } finally {
      this.settle(Infinity)
      this.depth = 0
    }
  }

  /** Settles who waits above `below`, the shallowest first; after each, whom it has scheduled above itself. */
  private settle(below: number): void {
    for (let depth = 0; depth < below && depth < this.levels.length; depth++) {
      const level = this.levels[depth] ?? []
      for (const settler of level) {
        if (settler.depth > depth) {
          this.enter(settler)
          continue
        }
        settler.waiting = false
        this.depth = depth
        attempt(() => {
          settler.settle()
        })
        this.settle(depth)
      }
      level.length &&= 0
    }
  }

  private enter(settler: Settler): void {
    settler.waiting = true
    ;(this.levels[settler.depth] ??= []).push(settler)
  }
}

/** Runs `job`; if it throws, that is reported. */
export function attempt(job: () => void): void {
  try {
    job()
  } catch (error) {
    reportLater(error)
  }
}

const registry = globalThis as { [key: symbol]: Turns | undefined }
const name = Symbol.for('rachis.turns.1')

/** The queue: one a process, even if the package is loaded twice. */
export const turns: Turns = (registry[name] ??= new TurnQueue())
