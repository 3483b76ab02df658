import { backoffDelay, type BackoffOptions } from '../../streams/transports/backoff.js'
import { closedError, isPassing } from './mongodb-errors.js'

/** Work against a server that may be away for a while: it is tried again until it succeeds, or until `close`. */
export class Retry {
  private stopped = false
  private readonly wake = new Set<() => void>()

  constructor(private readonly backoff: BackoffOptions = {}) {}

  isClosed(): boolean {
    return this.stopped
  }

  /** Rejects with what `work` does if another attempt wouldn't help, and with `ConnectionError` after `close`. */
  async run<R>(work: () => Promise<R>): Promise<R> {
    for (let failures = 1; ; failures++) {
      if (this.isClosed()) throw closedError()
      try {
        return await work()
      } catch (error) {
        if (!this.isClosed() && !isPassing(error)) throw error
      }
      await this.pause(failures)
    }
  }

  /** Waits as long as is due after so many failures in a row; not at all once closed. */
  async pause(failures: number): Promise<void> {
    if (this.isClosed()) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.wake.delete(done)
        resolve()
      }
      const timer = setTimeout(done, backoffDelay(failures, this.backoff))
      this.wake.add(done)
    })
  }

  close(): void {
    this.stopped = true
    for (const done of [...this.wake]) done()
  }
}
