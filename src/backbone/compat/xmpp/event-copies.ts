/** How many events are remembered, and for how many milliseconds. */
const most = 100
const patience = 5000

interface Told {
  readonly key: string
  readonly until: number
  /** To whom copies of it were addressed. */
  readonly receivers: Set<string>
}

/**
 * Tells an event from its copies: who is subscribed by the bare JID and by the full one, as the application may be and collections are, gets each event
 * for both. Two equal events for the same receiver are two events.
 */
export class EventCopies {
  private readonly told: Told[] = []

  isCopy(key: string, receiver: string): boolean {
    const now = Date.now()
    while (this.told.length >= most || (this.told.length > 0 && this.told[0]!.until < now)) this.told.shift()
    const original = this.told.find((each) => each.key === key && !each.receivers.has(receiver))
    if (original === undefined) this.told.push({ key, until: now + patience, receivers: new Set([receiver]) })
    else original.receivers.add(receiver)
    return original !== undefined
  }
}
