import { describeCause } from '../../errors.js'
import type { TransportStatus } from '../node.js'
import { backoffDelay, type BackoffOptions } from './backoff.js'
import { Status } from './status.js'

/** A connection that stood for this long was a good one: the next failure counts as the first. */
const stableAfter = 5000

/** When to connect, and again after a loss: with backoff, or at once when the network is back. It keeps the status. */
export class Reconnect {
  readonly status = new Status({ state: 'connecting', attempt: 1 })
  private failures = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  private ended = false
  private readonly hurry = (): void => {
    if (this.status.value.state === 'offline') this.connect()
  }

  /** `begin` begins an attempt, and can't fail at once; without it somebody else connects. */
  constructor(
    private readonly begin: (() => void) | undefined,
    private readonly backoff: BackoffOptions | undefined,
  ) {
    if (begin) networkEvents.addEventListener?.('online', this.hurry)
  }

  /** Begins an attempt now. */
  connect(): void {
    this.begin?.()
    this.connecting()
  }

  /** An attempt has begun, of whomever. */
  connecting(): void {
    clearTimeout(this.retry)
    if (this.failures > 0 && this.status.value.state !== 'connecting') this.next({ state: 'connecting', attempt: this.failures + 1 })
  }

  online(since = new Date()): void {
    this.next({ state: 'online', since })
  }

  /** The attempt is over, however far it came: the next one follows. */
  lost(error: unknown): void {
    if (this.ended) return
    const { value } = this.status
    if (value.state === 'online' && Date.now() - value.since.getTime() >= stableAfter) this.failures = 0
    this.failures++
    const delay = backoffDelay(this.failures, this.backoff)
    if (this.begin) this.retry = setTimeout(this.hurry, delay)
    const retryAt = this.begin && new Date(Date.now() + delay)
    this.next({ state: 'offline', reason: describeCause(error), attempt: this.failures, retryAt })
  }

  /** Ends it with that last status. */
  end(status: TransportStatus): void {
    clearTimeout(this.retry)
    networkEvents.removeEventListener?.('online', this.hurry)
    this.next(status)
    this.ended = true
  }

  private next(status: TransportStatus): void {
    if (!this.ended || status.state === 'closed') this.status.next(status)
  }
}

/** The window of a browser tells when the network is back; Node has nothing like it. */
const networkEvents = globalThis as {
  addEventListener?: (type: string, listener: () => void) => void
  removeEventListener?: (type: string, listener: () => void) => void
}
