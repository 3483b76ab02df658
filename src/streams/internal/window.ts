import type { Subscriber } from 'rxjs'
import { absent, difference, type FeedEvent, type ItemEvent, type Key, type OrderedChange, retractEvent } from '../event.js'
import { HeldState } from './held-state.js'
import { ListReader } from './list-reader.js'
import { type Compare, type Entry, type Placed, PositionTree } from './position-tree.js'
import { RoughList } from './rough-list.js'

/** A row as it was last sent. */
interface Shown<T> extends Placed<Shown<T>> {
  readonly row: Entry<T>
  readonly item: T
}

/**
 * A window [start, end) over an ordered list, and the net difference of what is seen through it.
 * Each event touches the row itself and the at most two that it pushes over the window's edges.
 */
export class WindowSubscriber<T> extends ListReader<T> {
  /** The list, if nobody shares it. A row taken out and put in again is another object. */
  private held: HeldState<T> | undefined = new HeldState<T>()
  private rows = this.held!.list
  private readonly view = new PositionTree<Shown<T>>()
  /** The members of `view`. */
  private readonly shown = new Map<Key, Shown<T>>()
  /** Since the last flush; `undefined` when the row has left. */
  private readonly touched = new Map<Key, Entry<T> | undefined>()
  /** Nothing was sent since the reset. */
  private fresh = true

  constructor(
    out: Subscriber<FeedEvent<T>>,
    operator: string,
    private readonly start: number,
    private readonly end: number,
  ) {
    super(out, operator)
  }

  share(list: PositionTree<Entry<T>>): void {
    this.rows = list
    this.held = undefined
  }

  makeList(compare: Compare<Entry<T>>, entryOf: (id: Key, item: T) => Entry<T>): RoughList<T> {
    return new RoughList(this.end, compare, entryOf)
  }

  protected override clear(): void {
    this.held?.clear()
    this.view.load([])
    this.shown.clear()
    this.touched.clear()
    this.fresh = true
  }

  protected apply(event: ItemEvent<T>): undefined {
    this.held?.apply(event)
    if (this.fresh) return
    const { start, end } = this
    // A place that an event doesn't have is negative.
    const { id, from, at } = event as OrderedChange<T>
    const isBefore = (place: number, edge: number): boolean => place >= 0 && place < edge
    if (isBefore(at, end)) this.touchAt(at)
    else if (isBefore(from, end) || this.touched.has(id)) this.touched.set(id, undefined)
    // Rows between the places have moved by one: who was at the edge has crossed it.
    for (const edge of [start, end]) {
      const isBelow = isBefore(at, edge)
      if (isBelow !== isBefore(from, edge)) this.touchAt(isBelow ? edge : edge - 1)
    }
  }

  protected override flush(): void {
    const { rows, touched, start, end } = this
    if (this.fresh) for (const row of rows.range(start, end)) touched.set(row.id, row)
    this.fresh = false
    if (touched.size > 0) this.sendTouched()
    rows.trim()
  }

  /** Sends the net difference: retracts first, then the rest from the top down. */
  private sendTouched(): void {
    const { rows, view, shown, touched, start, end } = this
    const seen: (readonly [row: Entry<T>, index: number])[] = []
    for (const [id, row] of touched) {
      const index = !row ? -1 : rows.indexOf(row)
      const visible = index >= start && index < end
      const last = shown.get(id)
      // The same item in another row has been moved.
      const stays = last && visible && (last.row === row || last.item !== row!.item)
      if (last && !stays) {
        this.emit(retractEvent(id, last.item, view.remove(last)))
        shown.delete(id)
      }
      if (visible && !(stays && last.item === row!.item)) seen.push([row!, index])
    }
    touched.clear()
    seen.sort(([, a], [, b]) => a - b)
    for (const [row, index] of seen) {
      const { id, item } = row
      const last = shown.get(id)
      const from = last && view.remove(last)
      // All rows above are in their final order by now, so the place is right behind the neighbour above.
      const at = index === start ? 0 : view.indexOf(shown.get(rows.at(index - 1)!.id)!) + 1
      const next: Shown<T> = { row, item, leaf: undefined }
      view.insert(at, next)
      shown.set(id, next)
      this.emit(difference(id, !last ? absent : last.item, item, from, at)!)
    }
  }

  private touchAt(index: number): void {
    const row = this.rows.at(index)
    if (row) this.touched.set(row.id, row)
  }
}
