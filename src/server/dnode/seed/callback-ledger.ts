/** How many functions that a client uses again and again are kept for it. */
const mostShared = 64
/** How many answered callbacks may wait to be freed. */
const mostIdle = 2_048

interface Entry {
  inFlight: number
  isShared: boolean
}

/**
 * Which of the other side's callbacks are in use, and when to free them: some time after the last call that named them is answered, several at
 * once. dnode gives one function one number; one that comes in several calls would be freed while the next of them is on its way, so it stays.
 */
export class CallbackLedger {
  private readonly entries = new Map<number, Entry>()
  /** Answered ones, the oldest first, with the time of their answer. */
  private readonly idle = new Map<number, number>()
  private readonly shared = new Set<number>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    /** How long an answered one stays. */
    public graceMs: number,
    private readonly free: (ids: readonly number[]) => void,
  ) {}

  /** How many callbacks are held. */
  get size(): number {
    return this.entries.size
  }

  /** A call names these callbacks. */
  hold(ids: readonly number[]): void {
    for (const id of ids) {
      const entry = this.entries.get(id)
      if (entry === undefined) this.entries.set(id, { inFlight: 1, isShared: false })
      else {
        entry.inFlight++
        entry.isShared = true
        this.idle.delete(id)
        this.shared.delete(id)
      }
    }
  }

  /** A call that named them is answered. */
  release(ids: readonly number[]): void {
    const now = performance.now()
    for (const id of ids) {
      const entry = this.entries.get(id)
      if (entry === undefined || --entry.inFlight > 0) continue
      if (entry.isShared) this.shared.add(id)
      else this.idle.set(id, now)
    }
    const excess = [...firstOf(this.shared, this.shared.size - mostShared), ...firstOf(this.idle.keys(), this.idle.size - mostIdle)]
    if (excess.length > 0) this.drop(excess)
    if (this.idle.size > 0) this.timer ??= setTimeout(() => this.sweep(), this.graceMs).unref()
  }

  end(): void {
    clearTimeout(this.timer)
    this.entries.clear()
    this.idle.clear()
    this.shared.clear()
  }

  private sweep(): void {
    this.timer = undefined
    const due = performance.now() - this.graceMs
    const ids: number[] = []
    for (const [id, since] of this.idle) {
      if (since > due) break
      ids.push(id)
    }
    if (ids.length > 0) this.drop(ids)
    if (this.idle.size > 0) this.timer = setTimeout(() => this.sweep(), this.graceMs).unref()
  }

  private drop(ids: readonly number[]): void {
    for (const id of ids) {
      this.entries.delete(id)
      this.idle.delete(id)
      this.shared.delete(id)
    }
    this.free(ids)
  }
}

function firstOf(ids: Iterable<number>, count: number): number[] {
  const first: number[] = []
  if (count <= 0) return first
  for (const id of ids) {
    first.push(id)
    if (first.length === count) break
  }
  return first
}
