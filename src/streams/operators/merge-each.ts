import type { OperatorFunction, Subscriber } from 'rxjs'
import {
  type Absent,
  absent,
  applyEvent,
  type Feed,
  type FeedEvent,
  type ItemEvent,
  type ItemOf,
  itemIn,
  type Key,
  retractEvent,
} from '../event.js'
import { EachJoint, type Slot } from '../internal/each-joint.js'
import { Groups } from '../internal/groups.js'
import { jointFeed } from '../internal/joint.js'
import type { UnionOptions } from './union.js'

/** How `mergeEach` makes one feed of many. */
export interface MergeOptions<U> extends UnionOptions<U> {
  /** Which of their items: those of `union` (default), `intersect`, `except` (of the feed whose outer key comes first) or `xor`. */
  readonly as?: 'union' | 'intersect' | 'except' | 'xor'
}

/**
 * One feed of the feeds that the items give: the union of a feed of feeds, or another set of them. They are ordered by the keys of the outer items, so where several feeds have a
 * key the first of them decides, or `resolve`. A feed that isn't ready at once is not waited for. A changed item whose feed is the same object keeps it. Order is dropped.
 *
 * Cost: O(log feeds) an event of an inner feed (as `except`: O(feeds)), and O(its items) for a feed that comes or goes (as `intersect` and `except`: O(all items)); it holds every item of every feed.
 * Errors: the first error of a feed ends it; `OperatorError` if a given function throws.
 *
 * ```ts
 * rooms.pipe(mergeEach((room) => transport.node<Message>(room.name).feed()))
 * ```
 */
export function mergeEach<T, F extends Feed<unknown>>(
  project: (item: NoInfer<T>, id: Key) => F,
  options: MergeOptions<ItemOf<F>> = {},
): OperatorFunction<FeedEvent<T>, FeedEvent<ItemOf<F>>> {
  return (feed) => jointFeed(MergeJoint<T, ItemOf<F>>, [feed], project as unknown as (item: T, id: Key) => Feed<ItemOf<F>>, options)
}

class MergeJoint<T, U> extends EachJoint<T, U, Map<Key, U>> {
  /** Who has what: under the key of an inner item, the outer keys. */
  private readonly holders = new Groups<Key, U>()
  readonly held = this.holders.byKey

  constructor(
    out: Subscriber<FeedEvent<U>>,
    project: (item: T, id: Key) => Feed<U>,
    private readonly options: MergeOptions<U>,
  ) {
    super(out, 'mergeEach', project, (feed) => feed as Feed<U>)
  }

  protected outer(_slot: Slot<T, Map<Key, U>>, others: boolean): void {
    // Another feed changes what all of them share.
    const { as } = this.options
    if (others && (as === 'intersect' || as === 'except')) for (const key of this.held.keys()) this.shown.touch(key)
  }

  protected inner(slot: Slot<T, Map<Key, U>>, event: ItemEvent<U> | undefined): void {
    const { id, state = (slot.state = new Map<Key, U>()) } = slot
    if (!event) for (const [key, item] of state) this.inner(slot, retractEvent(key, item))
    else {
      const last = itemIn(state, event.id)
      if (last !== absent) this.holders.take(event.id, id, last)
      if (event.type !== 'retract') this.holders.put(event.id, id, event.item)
      applyEvent(state, event)
      this.shown.touch(event.id)
    }
  }

  result(key: Key): U | Absent {
    const { holders, slots } = this
    const { as, resolve } = this.options
    const count = holders.count(key)
    if (!count || (as === 'intersect' && count < slots.size) || ((as === 'xor' || as === 'except') && count > 1)) return absent
    const first = as === 'except' && holders.first(key)
    if (first) for (const id of slots.keys()) if (id < first.id) return absent
    return holders.resolve(key, resolve)
  }
}
