import { changeEvent, type Key, type OrderedEvent, type OrderedItemEvent, publishEvent, retractEvent } from '../event.js'
import { PositionTree, type TreeNode } from './position-tree.js'
import { risingRun } from './rising-run.js'

/** A row of the whole list; `shown` while it is in the window that was last sent. */
interface Row<T> {
  readonly id: Key
  item: T
  leaf: TreeNode<Row<T>> | undefined
  shown: Shown<T> | undefined
}

/** A place in the window as it was last sent. */
interface Shown<T> {
  row: Row<T>
  item: T
  leaf: TreeNode<Shown<T>> | undefined
}

/**
 * A window [start, end) over an ordered list, and the net difference of what is seen through it.
 * Each event touches the row itself and the at most two that it pushes over the window's edges.
 */
export class ListWindow<T> {
  private readonly rows = new PositionTree<Row<T>>()
  private readonly view = new PositionTree<Shown<T>>()
  private readonly touched = new Set<Row<T>>()
  /** A snapshot arriving in order; loaded into the tree in one go. */
  private arriving: Row<T>[] | undefined = []
  private vacated = false

  constructor(
    private start: number,
    private end: number,
  ) {}

  apply(event: OrderedItemEvent<T>): void {
    if (event.type === 'publish') {
      const row: Row<T> = { id: event.id, item: event.item, leaf: undefined, shown: undefined }
      if (this.arriving?.length === event.at) this.arriving.push(row)
      else this.enter(row, event.at)
      return
    }
    this.arrive()
    const row = this.rows.at(event.from)!
    if (event.type === 'change') row.item = event.item
    if (event.type === 'change' && event.at === event.from) {
      if (event.at >= this.start && event.at < this.end) this.touched.add(row)
      return
    }
    this.leave(row)
    if (event.type === 'change') this.enter(row, event.at)
  }

  /** Forgets everything, also what was shown: after a reset. */
  clear(): void {
    this.rows.load([])
    this.view.load([])
    this.touched.clear()
    this.arriving = []
  }

  /** All rows are gone, but what was shown still is: the difference will retract it, or find it again under its id. */
  vacate(): void {
    this.arrive()
    this.touched.clear()
    for (const { row } of this.view.range()) {
      row.leaf = undefined
      this.touched.add(row)
    }
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
    if (this.vacated) this.adopt()
    if (this.touched.size === 0) return
    const seen: { readonly row: Row<T>; readonly index: number }[] = []
    for (const row of this.touched) {
      const index = row.leaf === undefined ? -1 : this.rows.indexOf(row)
      if (index >= this.start && index < this.end) {
        if (row.shown?.item !== row.item) seen.push({ row, index })
      } else if (row.shown !== undefined) {
        emit(retractEvent(row.id, row.shown.item, this.view.remove(row.shown)))
        row.shown = undefined
      }
    }
    this.touched.clear()
    seen.sort((a, b) => a.index - b.index)
    for (const { row, index } of seen) {
      const { shown } = row
      const from = shown === undefined ? -1 : this.view.remove(shown)
      // All rows above are in their final order by now, so the place is right behind the neighbour above.
      const at = index === this.start ? 0 : this.view.indexOf(this.rows.at(index - 1)!.shown!) + 1
      if (shown === undefined) {
        row.shown = { row, item: row.item, leaf: undefined }
        this.view.insert(at, row.shown)
        emit(publishEvent(row.id, row.item, at))
        continue
      }
      const previous = shown.item
      shown.item = row.item
      this.view.insert(at, shown)
      emit(changeEvent(row.id, row.item, previous, from, at))
    }
  }

  /**
   * After `vacate`: a row that is back under its id takes over the place it was shown at, unless it is the same item elsewhere:
   * that is a move, and a `change` of nothing isn't lawful.
   */
  private adopt(): void {
    this.vacated = false
    const places = new Map<Key, { readonly shown: Shown<T>; readonly index: number }>()
    for (const shown of this.view.range()) places.set(shown.row.id, { shown, index: places.size })
    const back = this.rows.range(this.start, this.end).filter((row) => places.has(row.id))
    const staying = new Set(risingRun(back.map((row) => places.get(row.id)!.index)))
    back.forEach((row, index) => {
      const { shown } = places.get(row.id)!
      if (!staying.has(index) && shown.item === row.item) return
      shown.row.shown = undefined
      shown.row = row
      row.shown = shown
      this.touched.add(row)
    })
  }

  private arrive(): void {
    const { arriving } = this
    if (arriving === undefined) return
    this.arriving = undefined
    this.rows.load(arriving)
    this.touch(this.start, this.end)
  }

  private touch(from: number, to: number): void {
    for (const row of this.rows.range(from, to)) this.touched.add(row)
  }

  private touchAt(index: number): void {
    const row = this.rows.at(index)
    if (row !== undefined) this.touched.add(row)
  }

  private enter(row: Row<T>, at: number): void {
    this.arrive()
    this.rows.insert(at, row)
    if (at >= this.end) return
    this.touchAt(this.end)
    if (at < this.start) this.touchAt(this.start)
    else this.touched.add(row)
  }

  private leave(row: Row<T>): void {
    const from = this.rows.remove(row)
    if (row.shown !== undefined) this.touched.add(row)
    if (from >= this.end) return
    this.touchAt(this.end - 1)
    if (from < this.start) this.touchAt(this.start - 1)
  }
}
