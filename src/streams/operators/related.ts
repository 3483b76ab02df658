import type { OperatorFunction, Subscriber } from 'rxjs'
import type { Feed, FeedEvent, Key } from '../event.js'
import { type EntryOrder, entryOrder } from '../internal/entry-order.js'
import type { JoinKey, JoinRead, Matching } from '../internal/join-keys.js'
import { jointFeed } from '../internal/joint.js'
import { type KeyRead, PairJoint } from '../internal/pair-joint.js'
import type { Order } from './order-by.js'

/** Which children belong to which parent, and how they are shown. */
export interface RelatedOptions<T, C, L, Q, U> {
  /** The parent's key. Default: its id. */
  readonly left?: L
  /** The children's key. */
  readonly right: Q & Matching<T, C, L, Q>
  /** Makes the row. Must be pure. Default: `{ ...parent, children }`. */
  readonly select?: (parent: T, children: readonly C[], id: Key) => U
  /** Order of the children of each parent, ties by id. Default: by id. */
  readonly order?: Order<NoInfer<C>>
}

/** A row of `related` without `select`. */
export type WithChildren<T, C> = T & { readonly children: readonly C[] }

/**
 * Each parent with its children, under the parent's id. Keys match as in `join`. The array of the children is the same object as long as none of them has changed. The
 * order of the parents is dropped. One commit a turn, also if both feeds have changed.
 *
 * Cost: O(log n) an event, and O(its children) for each parent that it touches; it holds the items of both feeds and the arrays.
 * Errors: `QueryError` at once for a bad sort; the first error of a feed ends it; `OperatorError` if a given function throws.
 *
 * ```ts
 * countries.pipe(related(cities, { left: 'code', right: 'country', order: { population: -1 } }))
 * ```
 */
export function related<T, C, const Q extends JoinRead<C>, const L extends JoinRead<T> = (item: T, id: Key) => Key, U = WithChildren<T, C>>(
  children: Feed<C>,
  options: RelatedOptions<T, C, L, Q, U>,
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  const { left = (_, id) => id, right, select = (parent: T, children: readonly C[]) => ({ ...parent, children }), order } = options
  const compare = entryOrder(order as Order<C> | undefined)
  return (parents) => jointFeed(RelatedJoint<T, C, U>, [parents, children], left, right, compare, select as typeof select & (() => U))
}

class RelatedJoint<T, C, U> extends PairJoint<U> {
  /** Of each key that has parents, its children as they are shown. */
  private readonly arrays = new Map<JoinKey, readonly C[]>()

  constructor(
    out: Subscriber<FeedEvent<U>>,
    left: KeyRead,
    right: KeyRead,
    order: EntryOrder,
    private readonly select: (parent: T, children: readonly C[], id: Key) => U,
  ) {
    super(out, 'related', left, right, order)
  }

  protected placed(index: number, id: Key, key: JoinKey, old: unknown, now: unknown): void {
    if (index === 1) return
    const children = this.arrays.get(key) ?? this.gather(key)
    this.row(id, old, now, (parent) => this.select(parent as T, children, id))
    if (this.sides[0].groups.count(key) === 0) this.arrays.delete(key)
  }

  protected settled(key: JoinKey): void {
    const last = this.arrays.get(key)
    if (!last) return
    const children = this.gather(key)
    for (const { id, item } of this.sides[0].groups.list(key))
      this.row(id, last, children, (array) => this.select(item as T, array as readonly C[], id))
  }

  private gather(key: JoinKey): readonly C[] {
    const children = this.sides[1].groups.list(key).map(({ item }) => item as C)
    this.arrays.set(key, children)
    return children
  }
}
