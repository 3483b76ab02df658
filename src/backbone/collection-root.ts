import { BehaviorSubject } from 'rxjs'
import type { Key } from '../streams/event.js'
import { type Comparator, orderBy } from '../streams/operators/order-by.js'
import { equalValues } from '../streams/query.js'
import { Source, type SourceTransaction } from '../streams/source.js'
import type { Feed, OrderedFeed } from '../streams/event.js'
import { type AnyCollection, type AnyModel, partsOf, type SetOptions } from './internals.js'

/**
 * The root of what a Backbone collection tells: a `Source` that each operation of Backbone edits once.
 *
 * Backbone has no mark for the beginning of an operation, but one for its end: `update`, `reset`, or `sort` alone. A `change` on its own
 * is an operation of its own; within a `set` of the collection it carries the options of that, and `update` follows.
 */
export class CollectionRoot<T extends object> {
  readonly feed: Feed<T>
  private readonly source: Source<T>
  private readonly shown = new Map<AnyModel, T>()
  private readonly touched = new Set<AnyModel>()
  private ranks = new WeakMap<T, number>()
  private readonly order = new BehaviorSubject<Comparator<T>>(byRank(this.ranks))
  private rearranged = true
  private queued = false
  private closed = false

  constructor(
    private readonly collection: AnyCollection,
    /** The key and the model of each version of each item; they outlive this root. */
    private readonly keys: WeakMap<T, Key>,
    private readonly models: WeakMap<T, AnyModel>,
  ) {
    const { touched } = this
    for (const model of collection.models) this.shown.set(model, this.itemOf(model))
    this.rank()
    this.source = new Source<T>({ key: (item) => this.keys.get(item)!, initial: this.shown.values() })
    this.feed = this.source.feed
    collection.on('add remove changeId', (model: AnyModel) => touched.add(model), this)
    const change = (model: AnyModel, options?: SetOptions): void => {
      touched.add(model)
      if (options?.add === undefined || options.merge === undefined) this.flush()
      // Of a `set` of this collection `update` follows; of another collection's nothing does.
      else queueMicrotask(update)
    }
    const rearrange = (): void => {
      this.rearranged = true
      for (const model of [...this.shown.keys(), ...collection.models]) touched.add(model)
      this.flush()
    }
    const update = (): void => {
      if (touched.size > 0) this.flush()
    }
    collection.on({ change, update, 'sort reset': rearrange }, this)
  }

  /** The items in the order of the collection. */
  ordered(): OrderedFeed<T> {
    return this.feed.pipe(orderBy<T>(this.order))
  }

  close(): void {
    this.closed = true
    this.collection.off(null, null, this)
    this.shown.clear()
    this.touched.clear()
  }

  private flush(): void {
    if (this.queued || this.closed) return
    this.queued = true
    this.source.edit((tx) => {
      this.queued = false
      if (!this.closed) this.edit(tx)
    })
  }

  private edit(tx: SourceTransaction<T>): void {
    const touched = [...this.touched]
    this.touched.clear()
    const puts: T[] = []
    for (const model of touched) {
      const before = this.shown.get(model)
      const held = partsOf(this.collection).get(model) === model
      if (held && before !== undefined && this.keys.get(before) === this.keyOf(model) && equalValues(before, model.attributes)) continue
      const after = held ? this.itemOf(model) : undefined
      if (before !== undefined) {
        if (after === undefined || this.keys.get(after) !== this.keys.get(before)) tx.retract(this.keys.get(before)!)
        if (after !== undefined && this.ranks.has(before)) this.ranks.set(after, this.ranks.get(before)!)
      }
      if (after === undefined) this.shown.delete(model)
      else {
        this.shown.set(model, after)
        puts.push(after)
      }
    }
    this.rank()
    // After the retracts, so that a key may pass from one model to another.
    for (const item of puts) tx.publish(item)
  }

  /** Gives newcomers ranks between their neighbours; where there is no room, or all was rearranged, all get new ones. O(n) if anyone came. */
  private rank(): void {
    const items = this.collection.models.flatMap((model) => this.shown.get(model) ?? [])
    const { ranks } = this
    if (!this.rearranged) {
      if (items.every((item) => ranks.has(item))) return
      if (this.squeeze(items)) return
    }
    this.rearranged = false
    if (isAscending(items, ranks)) return
    const table = new WeakMap<T, number>()
    for (const item of this.shown.values()) table.set(item, 0)
    items.forEach((item, index) => table.set(item, index))
    this.ranks = table
    this.order.next(byRank(table, ranks))
  }

  private squeeze(items: readonly T[]): boolean {
    const { ranks } = this
    let before = -1
    for (let index = 0; index < items.length; index++) {
      let next = index
      while (next < items.length && !ranks.has(items[next]!)) next++
      const after = next < items.length ? ranks.get(items[next]!)! : before + 1 + next - index
      const step = (after - before) / (next - index + 1)
      while (index < next) ranks.set(items[index++]!, (before += step))
      before = after
    }
    return isAscending(items, ranks)
  }

  private itemOf(model: AnyModel): T {
    const item = { ...model.attributes } as T
    this.keys.set(item, this.keyOf(model))
    this.models.set(item, model)
    return item
  }

  private keyOf(model: AnyModel): Key {
    const id = partsOf(this.collection).modelId(model.attributes as object, model.idAttribute) as string | number | null | undefined
    return id === null || id === undefined ? model.cid : String(id)
  }
}

/** Versions that are on their way out are still ranked by the older table. */
function byRank<T extends object>(table: WeakMap<T, number>, older?: WeakMap<T, number>): Comparator<T> {
  return (a, b) => (table.get(a) ?? older?.get(a) ?? -1) - (table.get(b) ?? older?.get(b) ?? -1)
}

function isAscending<T extends object>(items: readonly T[], ranks: WeakMap<T, number>): boolean {
  let before = -Infinity
  for (const item of items) {
    const rank = ranks.get(item)
    if (rank === undefined || rank <= before) return false
    before = rank
  }
  return true
}
