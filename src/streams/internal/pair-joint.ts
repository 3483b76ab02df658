import type { Subscriber } from 'rxjs'
import { operatorError } from '../../errors.js'
import {
  type Absent,
  absent,
  after,
  before,
  compose,
  difference,
  type FeedEvent,
  type ItemEvent,
  type Key,
  retractEvent,
} from '../event.js'
import type { Groups } from './groups.js'
import { Joint } from './joint.js'
import type { JoinKey } from './join-keys.js'

/** One of two inputs that meet under join keys. */
export class Side {
  /** What has happened to it since the last flush. */
  readonly net = new Map<Key, ItemEvent<unknown>>()

  constructor(
    private readonly read: (item: unknown, id: Key) => JoinKey,
    /** What there was at the last flush. */
    readonly groups: Groups<JoinKey, unknown>,
    /** Stands for null and undefined; each side has its own, which the other has nothing under. */
    private readonly none: null | undefined,
  ) {}

  keyOf(id: Key, item: unknown): JoinKey | Absent {
    return item === absent ? absent : (this.read(item, id) ?? this.none)
  }
}

/**
 * An operator whose rows follow from what a left and a right input have under each join key. The net effect of a turn is applied one item and key at a time: what leaves
 * the left, what leaves the right, what comes to the right, and what comes to the left. So no pair is touched but those that differ in the end. Rows that depend on what the
 * right has as a whole under a key are looked at once, before anything comes to the left: one right item that takes the place of another leaves no gap.
 */
export abstract class PairJoint<U> extends Joint<U> {
  /** The net effect, when several things may happen to one row. */
  private readonly rows = new Map<Key, ItemEvent<U>>()
  /** One item only, under one key: rows are sent as they are found. */
  private direct = false
  /** The keys under which the right has changed, and whether it had something there. */
  private readonly touched = new Map<JoinKey, boolean>()

  constructor(
    out: Subscriber<FeedEvent<U>>,
    operator: string,
    protected readonly sides: readonly [left: Side, right: Side],
  ) {
    super(out, operator)
  }

  /** Under `key`, where its side `had` something or not, an item has gone from `old` to `now`. May call functions of the user. */
  protected abstract placed(index: number, id: Key, key: JoinKey, old: unknown, now: unknown, had: boolean): void

  /** What the right has under `key` is other than before, when it `had` something or not; of the left, only what stays is there. */
  protected abstract settled(key: JoinKey, had: boolean): void

  accept(index: number, event: ItemEvent<unknown>): void {
    collect(this.sides[index]!.net, event)
  }

  clear(index: number): void {
    const { net, groups } = this.sides[index]!
    net.clear()
    for (const { id, item } of groups.all()) net.set(id, retractEvent(id, item))
  }

  /** The row that `make` makes of an item has gone from that of `old` to that of `now`. */
  protected row(id: Key, old: unknown, now: unknown, make: (item: unknown) => U): void {
    let event: ItemEvent<U> | undefined
    try {
      event = difference<U>(id, old === absent ? absent : make(old), now === absent ? absent : make(now))
    } catch (cause) {
      throw operatorError(this.operator, id, cause)
    }
    if (event === undefined) return
    if (this.direct) this.emit(event)
    else collect(this.rows, event)
  }

  protected flush(): void {
    const { rows, sides, touched } = this
    this.direct = sides[0].net.size + sides[1].net.size === 1
    this.pass(0, false)
    this.pass(1, false)
    this.pass(1, true)
    for (const [key, had] of touched) this.settled(key, had)
    this.pass(0, true)
    for (const { net } of sides) net.clear()
    for (const event of rows.values()) this.emit(event)
    touched.clear()
    rows.clear()
  }

  /** Applies what comes to a side, or what leaves it. A change under the same key is neither, and done with what comes. */
  private pass(index: number, coming: boolean): void {
    const side = this.sides[index]!
    for (const [id, event] of side.net) {
      if (event.type === (coming ? 'retract' : 'publish')) continue
      try {
        const old = before(event)
        const now = after(event)
        const from = side.keyOf(id, old)
        const to = side.keyOf(id, now)
        const stays = from === to
        if (!stays && event.type === 'change') this.direct = false
        if (coming) this.place(index, id, to as JoinKey, stays ? old : absent, now)
        else if (!stays) this.place(index, id, from as JoinKey, old, absent)
      } catch (cause) {
        throw operatorError(this.operator, id, cause)
      }
    }
  }

  private place(index: number, id: Key, key: JoinKey, old: unknown, now: unknown): void {
    const { groups } = this.sides[index]!
    const had = groups.count(key) > 0
    if (old !== absent) groups.take(key, id, old)
    if (now !== absent) groups.put(key, id, now)
    if (index === 1 && !this.touched.has(key)) this.touched.set(key, had)
    this.placed(index, id, key, old, now, had)
  }
}

function collect<T>(net: Map<Key, ItemEvent<T>>, event: ItemEvent<T>): void {
  if (net.has(event.id)) compose(net, event)
  else net.set(event.id, event)
}
