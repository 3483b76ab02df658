import type { SchedulerLike } from 'rxjs'
import { Observable } from './rxjs.js'

/** Completes after a time: of `setTimeout` (at most 2^31 - 1 ms), or of the scheduler. */
export function wait(milliseconds: number, scheduler: SchedulerLike | undefined): Observable<never> {
  return new Observable((out) => {
    const end = (): void => {
      out.complete()
    }
    if (scheduler) return scheduler.schedule(end, milliseconds)
    const timeout = setTimeout(end, milliseconds)
    return () => {
      clearTimeout(timeout)
    }
  })
}
