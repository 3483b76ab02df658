import type { OperatorFunction, Subscriber } from 'rxjs'
import { absent, type Feed, type FeedEvent, type Key } from '../event.js'
import { jointFeed } from './joint.js'
import type { JoinKey } from './join-keys.js'
import { type KeyRead, PairJoint } from './pair-joint.js'
import type { Entry } from './position-tree.js'

type Select<U> = (left: unknown, right: unknown, leftId?: Key, rightId?: Key) => U

/** @public What a join is asked for, its types checked by the operator. */
interface Asked {
  readonly left: KeyRead
  readonly right: KeyRead
  readonly select?: unknown
}

/**
 * A join: with `pairs`, a row for each two items that meet. An item also makes a row alone if it meets another (`true`) or doesn't (`false`), as `alone` says for each side.
 * Without pairs the rows are the left items.
 */
export function joinFeeds<T, U>(
  operator: string,
  right: Feed<unknown>,
  asked: Asked,
  pairs: boolean,
  ...alone: readonly (boolean | undefined)[]
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  const select = asked.select ?? (pairs ? (left: unknown, right: unknown) => ({ left, right }) : (left: unknown) => left)
  return (left) => jointFeed(JoinJoint<U>, [left, right], operator, asked, select as Select<U>, pairs, alone)
}

class JoinJoint<U> extends PairJoint<U> {
  constructor(
    out: Subscriber<FeedEvent<U>>,
    operator: string,
    { left, right }: Asked,
    private readonly select: Select<U>,
    private readonly pairs: boolean,
    private readonly alone: readonly (boolean | undefined)[],
  ) {
    super(out, operator, left, right)
    this.fresh = alone[1] === undefined
  }

  protected placed(index: number, id: Key, key: JoinKey, old: unknown, now: unknown, had: boolean): void {
    const alone = this.alone[index]
    const others = this.sides[1 - index]!.groups
    if (alone !== undefined && alone === others.count(key) > 0) this.show(index, id, old, now)
    if (this.pairs) for (const other of others.list(key)) this.show(index, id, old, now, other)
    if (index === 0) this.settled(key, had, 1)
  }

  /** Also of the left: the rows alone of side `index`, under a key where the other `had` something or not. */
  protected settled(key: JoinKey, had: boolean, index = 0): void {
    const alone = this.alone[index]
    if (alone === undefined || had === this.sides[1 - index]!.groups.count(key) > 0) return
    for (const { id, item } of this.sides[index]!.groups.list(key))
      this.show(index, id, alone === had ? item : absent, alone === had ? absent : item)
  }

  /** The row of an item, alone or with one of the other side. */
  private show(index: number, id: Key, old: unknown, now: unknown, other?: Entry<unknown>): void {
    const ids = index === 0 ? [id, other?.id] : [other?.id, id]
    this.row(this.pairs ? JSON.stringify(ids) : id, old, now, (item) =>
      index === 0 ? this.select(item, other?.item, id, other?.id) : this.select(other?.item, item, other?.id, id),
    )
  }
}
