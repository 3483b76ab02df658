import type { OperatorFunction, Subscriber } from 'rxjs'
import { absent, type Feed, type FeedEvent, type Key } from '../event.js'
import { Groups } from './groups.js'
import type { JoinKey } from './join-keys.js'
import { makeFeed } from './operator.js'
import { PairJoint, Side } from './pair-joint.js'
import type { Entry } from './position-tree.js'
import { type Read, reader } from './read.js'

type Select = (left: unknown, right: unknown, leftId?: Key, rightId?: Key) => unknown

/** What a join is asked for, its types checked by the operator. */
interface Asked {
  readonly left: unknown
  readonly right: unknown
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
  return (left) =>
    makeFeed<FeedEvent<U>>((out) => {
      new JoinJoint(out, operator, asked, select as Select, pairs, alone).connect([left, right].entries())
    })
}

class JoinJoint extends PairJoint<unknown> {
  constructor(
    out: Subscriber<FeedEvent<unknown>>,
    operator: string,
    { left, right }: Asked,
    private readonly select: Select,
    private readonly pairs: boolean,
    private readonly alone: readonly (boolean | undefined)[],
  ) {
    super(out, operator, [
      new Side(reader(left as Read<unknown, JoinKey>), new Groups(), undefined),
      new Side(reader(right as Read<unknown, JoinKey>), new Groups(), null),
    ])
  }

  protected placed(index: number, id: Key, key: JoinKey, old: unknown, now: unknown, had: boolean): void {
    const others = this.sides[1 - index]!.groups
    if (this.alone[index] === others.count(key) > 0) this.show(index, id, old, now)
    if (this.pairs) for (const other of others.list(key)) this.show(index, id, old, now, other)
    if (index === 0) this.flip(1, key, had)
  }

  protected settled(key: JoinKey, had: boolean): void {
    this.flip(0, key, had)
  }

  /** The rows alone of a side, under a key where the other `had` something or not. */
  private flip(index: number, key: JoinKey, had: boolean): void {
    const alone = this.alone[index]
    const [mine, others] = [this.sides[index]!.groups, this.sides[1 - index]!.groups]
    const has = others.count(key) > 0
    if (alone === undefined || had === has) return
    for (const { id, item } of mine.list(key)) this.show(index, id, alone === had ? item : absent, alone === has ? item : absent)
  }

  /** The row of an item, alone or with one of the other side. */
  private show(index: number, id: Key, old: unknown, now: unknown, other?: Entry<unknown>): void {
    const ids = index === 0 ? [id, other?.id] : [other?.id, id]
    this.row(this.pairs ? JSON.stringify(ids) : id, old, now, (item) =>
      index === 0 ? this.select(item, other?.item, id, other?.id) : this.select(other?.item, item, other?.id, id),
    )
  }
}
