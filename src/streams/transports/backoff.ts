/** How long to wait before connecting again. */
export interface BackoffOptions {
  /** Milliseconds; the ceiling of the first wait. Default 250. */
  readonly base?: number
  /** Milliseconds; the ceiling of all waits. Default 30,000. */
  readonly max?: number
  /** From 0 to below 1. Default `Math.random`. */
  readonly random?: () => number
}

/**
 * Milliseconds to wait after `failures` failures in a row (from 1): exponential, with full jitter, so that clients which lost their
 * server together don't come back together (Brooker, "Exponential Backoff And Jitter", 2015).
 */
export function backoffDelay(failures: number, { base = 250, max = 30_000, random = Math.random }: BackoffOptions = {}): number {
  const ceiling = Math.min(max, base * 2 ** Math.max(0, failures - 1))
  return Math.floor(random() * ceiling)
}
