import type { OperatorFunction, Subscriber } from 'rxjs'
import { operatorError } from '../../errors.js'
import type { FeedEvent, Key } from '../event.js'
import { must } from '../internal/must.js'
import { Observable } from '../internal/rxjs.js'
import { type Settler, turns } from '../internal/turns.js'
import { withEach } from '../internal/value-joint.js'

/** How `selectAsync` runs. */
export interface AsyncOptions {
  /** How many promises may be pending at once. The rest wait in the order of their arrival. Default: no limit. */
  readonly concurrency?: number
}

/**
 * Each item as what the promise of `project` gives. A row is there when its promise is fulfilled. A changed item has its `signal` aborted and is asked for anew; the last result stays until
 * the new one is there. A retracted one is aborted, or forgotten if it still waits; unsubscribing aborts all. `project` is called at the end of a turn, so what came and went within one asks
 * nothing. What is aborted no longer counts as running. Order is dropped.
 *
 * An asynchronous boundary: each result comes in a turn of its own, as of a root of its own, not aligned with its siblings; the cursor tells how far the input is, not which results are
 * pending. The feed completes when the input has and nothing is pending.
 *
 * Cost: O(1) an event or result; it holds the items, the results and what is pending. Errors: `OperatorError` if a promise is rejected or `project` throws.
 *
 * ```ts
 * users.pipe(selectAsync(async (user, id, signal) => (await fetch(user.avatar, { signal })).blob(), { concurrency: 4 }))
 * ```
 */
export function selectAsync<T, U>(
  project: (item: NoInfer<T>, id: Key, signal: AbortSignal) => PromiseLike<U>,
  options: AsyncOptions = {},
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  const { concurrency = Infinity } = options
  must(concurrency >= 1, 'selectAsync: the concurrency must be a number from 1', concurrency)
  return (feed) =>
    new Observable<FeedEvent<U>>((out) => {
      const tasks = new Tasks(out, concurrency)
      const ask = (item: T, id: Key): Observable<U> => tasks.result(id, (signal) => project(item, id, signal))
      withEach<T, U, U>('selectAsync', ask, (_item, value) => value)(feed).subscribe(out)
    })
}

/** Tasks of one subscription: they start at the end of a turn, so many at once. */
class Tasks implements Settler {
  depth = 0
  waiting = false
  private readonly starts = new Set<() => Promise<void>>()
  private running = 0

  constructor(
    private readonly owner: Subscriber<unknown>,
    private readonly concurrency: number,
  ) {}

  /** The result of a task that is due on subscribing, and not wanted any more on unsubscribing. */
  result<U>(id: Key, run: (signal: AbortSignal) => PromiseLike<U>): Observable<U> {
    return new Observable<U>((out) => {
      let pending: AbortController | undefined
      const end = (tell: () => void): void => {
        turns.join(() => {
          if (!pending) return
          pending = undefined
          this.running--
          turns.schedule(this)
          tell()
        })
      }
      const start = async (): Promise<void> => {
        this.running++
        const { signal } = (pending = new AbortController())
        try {
          const value = await run(signal)
          end(() => {
            out.next(value)
            out.complete()
          })
        } catch (cause) {
          end(() => {
            out.error(operatorError('selectAsync', id, cause))
          })
        }
      }
      this.starts.add(start)
      turns.schedule(this)
      return () => {
        this.starts.delete(start)
        const aborted = pending
        end(() => aborted?.abort())
      }
    })
  }

  settle(): void {
    for (const start of this.starts) {
      if (this.running >= this.concurrency || this.owner.closed) return
      this.starts.delete(start)
      void start()
    }
  }
}
