interface Known {
  seenAt: number
  /** Of its newest event. */
  seq: number
  /** It has been heard of since this process hears again, and hears too. */
  isBack: boolean
}

/** The other processes on the same Redis: who has said something within the lease. */
export class Processes {
  private readonly known = new Map<string, Known>()

  constructor(
    private readonly leaseMs: number,
    private readonly lost: (process: string) => void,
  ) {}

  get size(): number {
    return this.known.size
  }

  /** It has said something; true if it wasn't known to live. */
  lives(process: string): boolean {
    const known = this.known.get(process)
    if (known !== undefined) {
      known.seenAt = performance.now()
      return false
    }
    this.known.set(process, { seenAt: performance.now(), seq: -1, isBack: true })
    return true
  }

  /** Whether an event of it hasn't come before: it repeats what it doesn't know to have arrived. */
  isNew(process: string, seq: number): boolean {
    const known = this.known.get(process)
    if (known === undefined) return true
    if (seq <= known.seq) return false
    known.seq = seq
    return true
  }

  /** Redis is away: those that were there may not hear yet when it is back. */
  allAway(): void {
    for (const known of this.known.values()) known.isBack = false
  }

  isBack(process: string): void {
    const known = this.known.get(process)
    if (known !== undefined) known.isBack = true
  }

  /** Whether all that are known hear what is said. */
  get areBack(): boolean {
    for (const { isBack } of this.known.values()) if (!isBack) return false
    return true
  }

  gone(process: string): void {
    if (this.known.delete(process)) this.lost(process)
  }

  /** Nobody could be heard for a while: all get their lease anew. */
  refresh(): void {
    const now = performance.now()
    for (const known of this.known.values()) known.seenAt = now
  }

  /** Forgets who has been silent for too long; true if there was one. */
  expire(): boolean {
    const due = performance.now() - this.leaseMs
    const silent = [...this.known].filter(([, { seenAt }]) => seenAt < due)
    for (const [process] of silent) this.gone(process)
    return silent.length > 0
  }
}
