import { changeEvent, type Key, type OrderedEvent, type OrderedItemEvent, publishEvent, retractEvent } from '../event.js'
import type { Entry } from './ordering.js'
import { PositionTree } from './position-tree.js'
import { risingRun } from './rising-run.js'

/** What is known of an item since the last flush. */
interface Touch<T> {
  /** Its place in the list; `undefined` when it has left. */
  readonly row: Entry<T> | undefined
  /** It was taken out and put in again: even the same item may have moved. */
  readonly moved: boolean
}

/**
 * A window [start, end) over an ordered list, and the net difference of what is seen through it.
 * Each event touches the row itself and the at most two that it pushes over the window's edges.
 *
 * The list is that of the operator above, if it shares its tree, else one of its own, kept from the events.
 */
export class ListWindow<T> {
  private rows = new PositionTree<Entry<T>>()
  private shared = false
  private readonly view = new PositionTree<Entry<T>>()
  /** What was last sent, by id; in the order of `view`. */
  private readonly shown = new Map<Key, Entry<T>>()
  private readonly touched = new Map<Key, Touch<T>>()
  /** A snapshot arriving in order; loaded into the tree in one go. */
  private arriving: Entry<T>[] | undefined = []
  private vacated = false

  constructor(
    private start: number,
    private end: number,
  ) {}

  /** Reads another's tree, which has applied each event before it comes here, and sends no snapshot. */
  share(rows: PositionTree<Entry<T>>): void {
    this.rows = rows
    this.shared = true
  }

  apply(event: OrderedItemEvent<T>): void {
    const { id } = event
    const from = event.type === 'publish' ? Infinity : event.from
    const at = event.type === 'retract' ? Infinity : event.at
    if (!this.shared && this.keep(event)) return
    if (event.type !== 'change') {
      const moved = this.touched.get(id)?.moved === true
      if (event.type === 'retract') this.touched.set(id, { row: undefined, moved: true })
      else if (at < this.end || moved) this.touched.set(id, { row: this.rows.at(at), moved })
    } else if (at < this.end || from < this.end) this.touched.set(id, { row: this.rows.at(at), moved: false })
    // Rows between the places have moved by one: who was at the edge has crossed it.
    for (const edge of [this.start, this.end]) {
      if (from < edge && edge <= at) this.touchAt(edge - 1)
      if (at < edge && edge <= from) this.touchAt(edge)
    }
  }

  /** Forgets everything, also what was shown: after a reset. */
  clear(): void {
    if (!this.shared) this.rows.load([])
    this.view.load([])
    this.shown.clear()
    this.touched.clear()
    this.arriving = []
  }

  /** All rows are gone, but what was shown still is: the difference will retract it, or find it again under its id. */
  vacate(): void {
    this.touched.clear()
    for (const id of this.shown.keys()) this.touched.set(id, { row: undefined, moved: false })
    this.rows.load([])
    this.arriving = []
    this.vacated = true
  }

  /** Looks at another part of the list. O(rows that enter or leave · log n). */
  move(start: number, end: number): void {
    this.arrive()
    const [from, to] = [this.start, this.end]
    this.start = start
    this.end = end
    this.touch(from, Math.min(to, start))
    this.touch(Math.max(from, end), to)
    this.touch(start, Math.min(end, from))
    this.touch(Math.max(start, to), end)
  }

  /** Sends the net difference since the last call: retracts first, then the rest from the top down. */
  flush(emit: (event: OrderedEvent<T>) => void): void {
    this.arrive()
    if (this.vacated) this.findMoves()
    const { rows, view, shown, touched } = this
    if (touched.size === 0) return
    const seen: { readonly row: Entry<T>; readonly index: number }[] = []
    for (const [id, { row, moved }] of touched) {
      const index = row?.leaf === undefined ? -1 : rows.indexOf(row)
      const visible = index >= this.start && index < this.end
      const last = shown.get(id)
      if (last !== undefined && (!visible || (moved && last.item === row!.item))) {
        emit(retractEvent(id, last.item, view.remove(last)))
        shown.delete(id)
      }
      if (visible && shown.get(id)?.item !== row!.item) seen.push({ row: row!, index })
    }
    touched.clear()
    seen.sort((a, b) => a.index - b.index)
    for (const { row, index } of seen) {
      const last = shown.get(row.id)
      const from = last === undefined ? -1 : view.remove(last)
      // All rows above are in their final order by now, so the place is right behind the neighbour above.
      const at = index === this.start ? 0 : view.indexOf(shown.get(rows.at(index - 1)!.id)!) + 1
      const next = { id: row.id, item: row.item, leaf: undefined }
      view.insert(at, next)
      shown.set(row.id, next)
      emit(last === undefined ? publishEvent(row.id, row.item, at) : changeEvent(row.id, row.item, last.item, from, at))
    }
  }

  /** Applies an event to a list of its own; tells whether it is a part of a snapshot that arrives. */
  private keep(event: OrderedItemEvent<T>): boolean {
    const { arriving } = this
    if (event.type === 'publish') {
      const row: Entry<T> = { id: event.id, item: event.item, leaf: undefined }
      if (arriving?.length === event.at) {
        arriving.push(row)
        return true
      }
      this.arrive()
      this.rows.insert(event.at, row)
      return false
    }
    this.arrive()
    const row = this.rows.at(event.from)!
    if (event.type === 'change') row.item = event.item
    if (event.type === 'change' && event.at === event.from) return false
    this.rows.remove(row)
    if (event.type === 'change') this.rows.insert(event.at, row)
    return false
  }

  private arrive(): void {
    const { arriving } = this
    if (arriving === undefined) return
    this.arriving = undefined
    if (!this.shared) this.rows.load(arriving)
    this.touch(this.start, this.end)
  }

  /** After `vacate`: rows that are back under their ids stay where they are if their order is the same, the rest has moved. */
  private findMoves(): void {
    this.vacated = false
    const places = new Map(this.view.range().map(({ id }, index) => [id, index]))
    const back = this.rows.range(this.start, this.end).filter((row) => places.has(row.id))
    const staying = new Set(risingRun(back.map((row) => places.get(row.id)!)))
    back.forEach((row, index) => this.touched.set(row.id, { row, moved: !staying.has(index) }))
  }

  private touch(from: number, to: number): void {
    for (const row of this.rows.range(from, to)) this.touchRow(row)
  }

  private touchAt(index: number): void {
    const row = this.rows.at(index)
    if (row !== undefined) this.touchRow(row)
  }

  private touchRow(row: Entry<T>): void {
    this.touched.set(row.id, { row, moved: this.touched.get(row.id)?.moved === true })
  }
}
