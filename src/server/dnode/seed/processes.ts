interface Known {
  seenAt: number
  /** Of its newest event that came here. */
  seq: number
  /** Of its newest event that it has sent, wherever to. */
  pushed: number
  /** Since when it doesn't hear what is said. */
  deafSince: number | undefined
  /** What it had sent when this process ceased to hear; until it is known whether there was more. */
  before: number | undefined
}

/** The other processes on the same Redis: who has said something within the lease. */
export class Processes {
  private readonly known = new Map<string, Known>()
  /** Until then, who is new may have said something while this process didn't hear. */
  private gapEnds = 0

  constructor(
    private readonly leaseMs: number,
    private readonly listener: {
      /** A process is gone. */
      lost(process: string): void
      /** Events may have been said that didn't come here. */
      missed(): void
    },
  ) {}

  get size(): number {
    return this.known.size
  }

  /** It has said something; true if it wasn't known to live. */
  lives(process: string): boolean {
    const known = this.known.get(process)
    const now = performance.now()
    if (known !== undefined) {
      known.seenAt = now
      return false
    }
    const before = now < this.gapEnds ? 0 : undefined
    this.known.set(process, { seenAt: now, seq: -1, pushed: 0, deafSince: undefined, before })
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

  /** Redis is away: nobody is heard, and those that were there may not hear yet when it is back. */
  allAway(): void {
    this.gapEnds = Infinity
    const now = performance.now()
    for (const known of this.known.values()) {
      known.deafSince ??= now
      known.before ??= Math.max(known.pushed, known.seq)
    }
  }

  /** This process hears again, and everybody gets a new lease. */
  hearsAgain(): void {
    const now = this.refresh()
    for (const known of this.known.values()) known.deafSince &&= now
    if (this.gapEnds === Infinity) this.gapEnds = now + this.leaseMs
  }

  /** It says whether it hears, and what it has sent. */
  beats(process: string, hears: boolean, pushed: number): void {
    const known = this.known.get(process)
    if (known === undefined) return
    known.deafSince = hears ? undefined : (known.deafSince ?? performance.now())
    known.pushed = pushed
    const isMissing = known.before !== undefined && pushed > known.before
    known.before = undefined
    if (isMissing) this.listener.missed()
  }

  /** Whether all that are known hear what is said; nobody waits longer than a lease for one that doesn't. */
  get areBack(): boolean {
    const due = performance.now() - this.leaseMs
    for (const { deafSince } of this.known.values()) if (deafSince !== undefined && deafSince > due) return false
    return true
  }

  gone(process: string): void {
    const known = this.known.get(process)
    if (!this.known.delete(process)) return
    this.listener.lost(process)
    // It can't be asked any more what it has said.
    if (known?.before !== undefined) this.listener.missed()
  }

  /** Nobody could be heard for a while: all get their lease anew. */
  refresh(): number {
    const now = performance.now()
    for (const known of this.known.values()) known.seenAt = now
    return now
  }

  /** Forgets who has been silent for too long; true if there was one. */
  expire(): boolean {
    const due = performance.now() - this.leaseMs
    const silent = [...this.known].filter(([, { seenAt }]) => seenAt < due)
    for (const [process] of silent) this.gone(process)
    return silent.length > 0
  }
}
