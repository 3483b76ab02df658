import type { SchedulerLike } from 'rxjs'
import { Observable } from './rxjs.js'

/** The longest that `setTimeout` can wait. */
export const longest = 2 ** 31 - 1

/** Completes after a time, at most the longest: of `setTimeout`, or of the scheduler. */
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
