import type { Subscriber } from 'rxjs'
import { type Absent, type Feed, type FeedEvent, type ItemEvent, type Key, retractEvent } from '../event.js'
import { jointFeed } from './joint.js'
import { KeyedJoint } from './keyed-joint.js'

/** The item that a feed has under a key, and those of the feeds behind it: most have none, and then no room for any. */
export interface Holding<T> {
  readonly feed: number
  readonly item: T
  readonly next?: Holding<T> | undefined
}

/** What there is under a key, by what the feeds have there: the first that has something there leads to the others. */
export type Combination<T> = (first: Holding<T> | undefined, id: Key) => T | Absent

/** A feed of what `combination` makes of several. It holds every item of every feed; with `keep`, also what was made of them. */
export function combine<T>(operator: string, feeds: readonly Feed<T>[], combination: Combination<T>, keep = false): Feed<T> {
  return jointFeed(CombineJoint<T>, feeds, operator, combination, keep)
}

class CombineJoint<T> extends KeyedJoint<T> {
  readonly held = new Map<Key, Holding<T>>()
  /** Which feeds have sent anything. */
  private readonly told: true[] = []

  constructor(
    out: Subscriber<FeedEvent<T>>,
    operator: string,
    private readonly combination: Combination<T>,
    keep: boolean,
  ) {
    super(out, operator, keep)
  }

  accept(feed: number, event: ItemEvent<T>): void {
    const { held } = this
    const { id } = event
    this.told[feed] = true
    this.shown.touch(id)
    const first = afterEvent(feed, event, held.get(id))
    if (first) held.set(id, first)
    else held.delete(id)
  }

  clear(feed: number): void {
    if (!this.told[feed]) return
    for (const [id, first] of this.held)
      for (let here: Holding<T> | undefined = first; here; here = here.next)
        if (here.feed === feed) this.accept(feed, retractEvent(id, here.item))
  }

  result(id: Key): T | Absent {
    return this.combination(this.held.get(id), id)
  }
}

/** What an event of a feed makes of the holdings under its key. */
function afterEvent<T>(feed: number, event: ItemEvent<T>, first: Holding<T> | undefined): Holding<T> | undefined {
  if (first && first.feed < feed) return { feed: first.feed, item: first.item, next: afterEvent(feed, event, first.next) }
  const next = first?.feed === feed ? first.next : first
  if (event.type === 'retract') return next
  return next ? { feed, item: event.item, next } : { feed, item: event.item }
}
