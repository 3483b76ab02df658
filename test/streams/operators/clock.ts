import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs'

interface Alarm {
  readonly at: number
  readonly ring: () => void
}

/** Virtual time that is moved by hand, and counts what is scheduled. */
export class Clock implements SchedulerLike {
  /** How many timers were ever set. */
  scheduled = 0
  private time = 0
  private readonly alarms = new Set<Alarm>()

  /** How many timers are set now. */
  get pending(): number {
    return this.alarms.size
  }

  now(): number {
    return this.time
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0): Subscription {
    this.scheduled++
    const alarm: Alarm = { at: this.time + delay, ring: work }
    this.alarms.add(alarm)
    return new Subscription(() => {
      this.alarms.delete(alarm)
    })
  }

  /** Lets time go on; what is due meanwhile rings in order. */
  advance(milliseconds: number): void {
    const until = this.time + milliseconds
    for (let next = this.next(until); next !== undefined; next = this.next(until)) {
      this.time = next.at
      this.alarms.delete(next)
      next.ring()
    }
    this.time = until
  }

  private next(until: number): Alarm | undefined {
    return [...this.alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  }
}
