import type { Subscriber } from 'rxjs'
import { type Absent, absent, type Feed, type FeedEvent, type Key } from '../event.js'
import { KeyedJoint } from '../internal/keyed-joint.js'
import { makeFeed } from '../internal/operator.js'

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
  return makeFeed<FeedEvent<T>>((out) => {
    new UnionJoint(out, feeds.length, options.resolve).connect(feeds)
  })
}

function isFeed<T>(value: Feed<T> | UnionOptions<T>): value is Feed<T> {
  return 'subscribe' in value
}

class UnionJoint<T> extends KeyedJoint<T, T> {
  constructor(
    out: Subscriber<FeedEvent<T>>,
    inputs: number,
    private readonly resolve: ((items: readonly T[], id: Key) => T) | undefined,
  ) {
    super(out, 'union', inputs)
  }

  protected result(id: Key): T | Absent {
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
