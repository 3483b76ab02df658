import type { Subscriber } from 'rxjs'
import { absent, after, before, compose, difference, type FeedEvent, type ItemEvent, type Key, retractEvent } from '../event.js'
import type { EntryOrder } from './entry-order.js'
import { Groups } from './groups.js'
import { Joint } from './joint.js'
import type { JoinKey } from './join-keys.js'
import { type Read, reader } from './read.js'

/** How a key is read, its type checked by the operator. */
export type KeyRead = string | ((item: never, id: Key) => JoinKey)

/** One of two inputs that meet under join keys. */
interface Side {
  /** Reads a key, with something of its own for null and undefined, which the other side has nothing under. */
  readonly keyOf: (item: unknown, id: Key) => JoinKey
  /** What there was at the last flush. */
  readonly groups: Groups<JoinKey, unknown>
  /** What has happened to it since then. */
  readonly net: Map<Key, ItemEvent<unknown>>
}

/**
 * An operator whose rows follow from what a left and a right input have under each join key. The net effect of a turn is applied one item and key at a time: what leaves
 * the left, what leaves the right, what comes to the right, and what comes to the left. So no pair is touched but those that differ in the end. Rows that depend on what the
 * right has as a whole under a key are looked at once, before anything comes to the left: one right item that takes the place of another leaves no gap.
 */
export abstract class PairJoint<U> extends Joint<U> {
  /** The net effect, when several things may happen to one row. */
  private readonly rows = new Map<Key, ItemEvent<U>>()
  /** Nothing happens to a row twice: rows are sent as they are found. */
  private direct = false
  /** Nothing was sent yet, and no row will be that another takes away: what comes is put in its place at once, and the rows of all are sent at the first flush. */
  protected fresh = true
  /** The keys under which the right has changed, and whether it had something there. */
  private readonly touched = new Map<JoinKey, boolean>()

  protected readonly sides: readonly [left: Side, right: Side]

  constructor(out: Subscriber<FeedEvent<U>>, operator: string, left: KeyRead, right: KeyRead, order?: EntryOrder) {
    super(out, operator)
    this.sides = [makeSide(left, undefined), makeSide(right, null, order)]
  }

  /** Under `key`, where its side `had` something or not, an item has gone from `old` to `now`. May call functions of the user. */
  protected abstract placed(index: number, id: Key, key: JoinKey, old: unknown, now: unknown, had: boolean): void

  /** What the right has under `key` is other than before, when it `had` something or not; of the left, only what stays is there. */
  protected abstract settled(key: JoinKey, had: boolean): void

  accept(index: number, event: ItemEvent<unknown>): void {
    const { net, groups, keyOf } = this.sides[index]!
    if (!this.fresh) {
      compose(net, event)
      return
    }
    const { id } = event
    const old = before(event)
    const now = after(event)
    if (old !== absent) groups.take(keyOf(old, id), id, old)
    if (now !== absent) groups.put(keyOf(now, id), id, now)
  }

  clear(index: number): void {
    const { net, groups } = this.sides[index]!
    net.clear()
    if (this.fresh) groups.clear()
    else groups.each(({ id, item }) => net.set(id, retractEvent(id, item)))
  }

  /** The row that `make` makes of an item has gone from that of `old` to that of `now`. */
  protected row(id: Key, old: unknown, now: unknown, make: (item: unknown) => U): void {
    this.blamed = id
    const event = difference<U>(id, old === absent ? absent : make(old), now === absent ? absent : make(now))
    if (!event) return
    if (this.direct) this.emit(event)
    else compose(this.rows, event)
  }

  protected flush(): void {
    const { rows, sides, touched, fresh } = this
    this.direct = fresh || sides[0].net.size + sides[1].net.size === 1
    this.fresh = false
    if (fresh) {
      sides[0].groups.each(({ id, item }, key) => {
        this.placed(0, id, key, absent, item, true)
      })
    }
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
      this.blamed = id
      const old = before(event)
      const now = after(event)
      const from = old === absent ? old : side.keyOf(old, id)
      const to = now === absent ? now : side.keyOf(now, id)
      const stays = from === to
      if (!stays && event.type === 'change') this.direct = false
      if (coming) this.place(index, id, to as JoinKey, stays ? old : absent, now)
      else if (!stays) this.place(index, id, from as JoinKey, old, absent)
    }
  }

  private place(index: number, id: Key, key: JoinKey, old: unknown, now: unknown): void {
    const { groups } = this.sides[index]!
    if (old !== absent) groups.take(key, id, old)
    const had = now === absent || groups.put(key, id, now) || old !== absent
    if (index === 1 && !this.touched.has(key)) this.touched.set(key, had)
    this.placed(index, id, key, old, now, had)
  }
}

function makeSide(read: KeyRead, none: null | undefined, order?: EntryOrder): Side {
  const keyOf = reader(read as Read<unknown, JoinKey>) as (item: unknown, id: Key) => JoinKey
  return { keyOf: (item, id) => keyOf(item, id) ?? none, groups: new Groups(order), net: new Map() }
}
