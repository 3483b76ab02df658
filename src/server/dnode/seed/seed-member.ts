import type { EventLine } from './event-line.js'
import type { SeedEvent } from './seed-event.js'
import { type EventLines, type Member } from './seed-channels.js'
import type { SeedPeer } from './seed-peer.js'

/** How much is kept back for a client while it creates something. */
const mostHeld = 1_000

/** Sees an event as everybody does. */
const everybody = {}

/** One connection on its channels. */
export class SeedMember implements Member {
  private holds = 0
  private held: (() => void)[] = []

  constructor(
    private readonly peer: SeedPeer,
    /** Whether it is still known who the client is. */
    private readonly isKnown: () => boolean,
  ) {}

  event(event: SeedEvent, lines: EventLines): void {
    const seen = this.isKnown() ? this.peer.see(event) : undefined
    if (seen === undefined) return
    const view = seen === event ? everybody : (this.peer.models ?? everybody)
    this.peer.tell(lines.line(view, seen.name, () => seen.model))
  }

  /** The same of a feed, which doesn't wait for the answer to a write. */
  feedEvent(event: SeedEvent, lines: EventLines): void {
    const tell = (): void => {
      if (this.isKnown()) this.peer.tell(lines.line(everybody, event.name, () => event.model))
    }
    if (this.holds === 0) tell()
    else if (this.held.push(tell) > mostHeld) this.flush()
  }

  tell(line: EventLine): void {
    this.peer.tell(line)
  }

  /** Events of feeds are kept back until what it returns is called. */
  hold(): () => void {
    this.holds++
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      if (--this.holds === 0) this.flush()
    }
  }

  private flush(): void {
    for (const tell of this.held.splice(0)) tell()
  }
}
