import type { Subscriber } from 'rxjs'
import { type Absent, applyEvent, type Feed, type FeedEvent, type ItemEvent, type Key } from '../event.js'
import { jointFeed } from './joint.js'
import { KeyedJoint } from './keyed-joint.js'

/** What there is under a key, by what each of the feeds has there. */
export type Combination<T> = (states: readonly ReadonlyMap<Key, T>[], id: Key) => T | Absent

/** A feed of what `combination` makes of several. It holds every item of every feed. */
export function combine<T>(operator: string, feeds: readonly Feed<T>[], combination: Combination<T>): Feed<T> {
  return jointFeed(CombineJoint<T>, feeds, operator, feeds, combination)
}

class CombineJoint<T> extends KeyedJoint<T> {
  private readonly states: readonly Map<Key, T>[]

  constructor(
    out: Subscriber<FeedEvent<T>>,
    operator: string,
    feeds: readonly Feed<T>[],
    private readonly combination: Combination<T>,
  ) {
    super(out, operator)
    this.states = feeds.map(() => new Map<Key, T>())
  }

  accept(index: number, event: ItemEvent<T>): void {
    this.shown.touched.add(event.id)
    applyEvent(this.states[index]!, event)
  }

  clear(index: number): void {
    for (const id of this.states[index]!.keys()) this.shown.touched.add(id)
    this.states[index]!.clear()
  }

  result(id: Key): T | Absent {
    return this.combination(this.states, id)
  }
}
