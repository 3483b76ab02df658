/** A subscriber on the way down. */
interface Hop {
  /** Where an rxjs `Subscriber` hands on to. */
  readonly destination?: Hop | null
  deepen?(depth: number): void
}

/**
 * Tells those behind `out` how deep what they hear is, before they hear it: they must not settle earlier. Where the way can't be followed
 * (through a `Subject`, say) they learn it from the first commit, too late for that turn.
 */
export function announce(out: unknown, depth: number): void {
  for (let hop = out as Hop | null | undefined; hop; hop = hop.destination) hop.deepen?.(depth)
}
