import { Observable } from 'rxjs'
import type { FeedEvent } from '../streams/event.js'

/** Lets a feed pass, or holds it back, whole and in order, while somebody asks for that. */
export class Gate<T> {
  private holders = 0
  private readonly waiting: (() => void)[] = []

  /** Begins to hold; the returned function ends it, once. */
  hold(): () => void {
    this.holders++
    let held = true
    return () => {
      if (!held) return
      held = false
      if (--this.holders > 0) return
      for (const pass of this.waiting.splice(0)) pass()
    }
  }

  through(feed: Observable<FeedEvent<T>>): Observable<FeedEvent<T>> {
    return new Observable((out) => {
      const pass = (job: () => void): void => {
        if (this.holders === 0) job()
        else this.waiting.push(job)
      }
      out.add(
        feed.subscribe({
          next: (event) => {
            pass(() => {
              out.next(event)
            })
          },
          error: (error: unknown) => {
            pass(() => {
              out.error(error)
            })
          },
          complete: () => {
            pass(() => {
              out.complete()
            })
          },
        }),
      )
    })
  }
}
