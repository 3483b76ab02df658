import type { Subscriber } from 'rxjs'
import { type Absent, absent, difference, type Feed, type FeedEvent, type ItemEvent, type Key } from '../event.js'
import { Joint } from '../internal/joint.js'
import { Observable } from 'rxjs'

/** How `union` treats a key that several feeds have. */
export interface UnionOptions<T> {
  /** Makes one item of all, given in the order of the feeds. Must be pure. Default: the first feed's item. */
  readonly resolve?: (items: readonly T[], id: Key) => T
}

/**
 * All items of all feeds, one a key. Where several feeds have a key, the order of the feeds decides, or `resolve`.
 * Order is dropped. One commit a turn, however many feeds it touched.
 *
 * Cost: O(feeds) an event, memory for every item of every feed. Errors: the first error of a feed ends it; `OperatorError` if `resolve` throws.
 *
 * ```ts
 * union(localDrafts.feed, node.feed(), { resolve: ([draft]) => draft })
 * ```
 */
export function union<T>(...args: readonly Feed<T>[] | readonly [...feeds: Feed<T>[], options: UnionOptions<T>]): Feed<T> {
  const last = args.at(-1)
  const options = last === undefined || isFeed(last) ? {} : last
  const feeds = args.filter(isFeed) as Feed<T>[]
  return new Observable<FeedEvent<T>>((out) => {
    new UnionJoint(out, feeds.length, options.resolve).connect(feeds)
  })
}

function isFeed<T>(value: Feed<T> | UnionOptions<T>): value is Feed<T> {
  return 'subscribe' in value
}

class UnionJoint<T> extends Joint<T> {
  private readonly states: Map<Key, T>[]
  private readonly shown = new Map<Key, T>()
  private readonly touched = new Set<Key>()

  constructor(
    out: Subscriber<FeedEvent<T>>,
    inputs: number,
    private readonly resolve: ((items: readonly T[], id: Key) => T) | undefined,
  ) {
    super(out, 'union')
    this.states = Array.from({ length: inputs }, () => new Map<Key, T>())
  }

  protected accept(index: number, event: ItemEvent<T>): void {
    this.touched.add(event.id)
    if (event.type === 'retract') this.states[index]!.delete(event.id)
    else this.states[index]!.set(event.id, event.item)
  }

  protected clear(index: number): void {
    const state = this.states[index]!
    for (const id of state.keys()) this.touched.add(id)
    state.clear()
  }

  protected flush(): void {
    for (const id of this.touched) {
      let after: T | Absent
      try {
        after = this.winner(id)
      } catch (cause) {
        this.fail(id, cause)
        return
      }
      const event = difference(id, this.shown.has(id) ? (this.shown.get(id) as T) : absent, after)
      if (event === undefined) continue
      if (after === absent) this.shown.delete(id)
      else this.shown.set(id, after)
      this.emit(event)
    }
    this.touched.clear()
  }

  private winner(id: Key): T | Absent {
    const items: T[] = []
    for (const state of this.states) {
      if (!state.has(id)) continue
      const item = state.get(id) as T
      if (this.resolve === undefined) return item
      items.push(item)
    }
    return items.length === 0 ? absent : this.resolve!(items, id)
  }
}
