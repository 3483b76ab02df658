import type { Key } from '../event.js'
import { type Compare, type Entry, PositionTree } from './position-tree.js'

/** How many rows a part has at most, and how many more may be in order than must be. */
const most = 128

/** Rows that lie together in the order, and among themselves in none: what follows from the last of them, when they still were. */
type Part<T> = Entry<T> & { readonly rows: Map<Key, T> }

/**
 * A list of which only the first rows are in order, up to the one at `end` and some more. Those behind them are in parts, which are put in order when it comes
 * to that: they cost less time and no entries, and all that is told of their position is `end`.
 *
 * Invariants: with fewer than `end + 1` rows in order there are no parts; parts are in order and not empty; no row is behind its part, unless that is the last.
 * Seeking, putting in and taking out costs O(log n), and at most a look at each row of one part.
 */
export class RoughList<T> extends PositionTree<Entry<T>> {
  private readonly parts = new PositionTree<Entry<T>>()
  /** What was sought, and in which part it is, if in one. */
  private sought: Entry<T> | undefined
  private part: Part<T> | undefined

  constructor(
    private readonly end: number,
    private readonly compare: Compare<Entry<T>>,
    private readonly entryOf: (id: Key, item: T) => Entry<T>,
  ) {
    super()
  }

  override load(entries: readonly Entry<T>[]): void {
    super.load(entries)
    this.parts.load([])
    this.trim()
  }

  /** Puts out of order what need not be in it, if it is much. */
  override trim(): void {
    const { end } = this
    if (this.size <= end + most) return
    const rows = this.range()
    super.load(rows.splice(0, end + 1))
    this.insertParts(0, rows)
  }

  override seek(probe: Entry<T>, compare: Compare<Entry<T>>): void {
    const { parts } = this
    const isBehind = parts.size > 0 && compare(this.at(this.size - 1)!, probe) < 0
    if (isBehind) parts.seek(probe, compare)
    else super.seek(probe, compare)
    this.sought = probe
    // What has ended behind a leaf is in the first of the next, and what is behind all in the last.
    this.part = isBehind ? ((parts.found ?? parts.at(parts.position) ?? parts.at(parts.size - 1)) as Part<T>) : undefined
  }

  override get position(): number {
    return this.part ? this.end : super.position
  }

  override get found(): Entry<T> | undefined {
    const { sought, part } = this
    if (!part) return super.found
    return part.rows.has(sought!.id) ? sought : undefined
  }

  override insertFound(entry: Entry<T>): void {
    const { part } = this
    if (!part) super.insertFound(entry)
    else if (part.rows.set(entry.id, entry.item).size > most) this.insertParts(this.parts.remove(part), this.rowsOf(part))
  }

  override removeFound(): void {
    const { part, parts } = this
    if (part) {
      part.rows.delete(this.sought!.id)
      if (part.rows.size === 0) parts.remove(part)
    } else {
      super.removeFound()
      const next = parts.at(0) as Part<T> | undefined
      if (!next || this.size > this.end) return
      const rows = this.rowsOf(next)
      parts.remove(next)
      for (const row of rows.splice(0, 16)) this.insert(this.size, row)
      this.insertParts(0, rows)
    }
  }

  /** Makes parts of `rows`, which are in order; takes them out. */
  private insertParts(place: number, rows: Entry<T>[]): void {
    while (rows.length > 0) {
      const part = rows.splice(-most / 2 - 1)
      this.parts.insert(place, Object.assign(part.at(-1)!, { rows: new Map(part.map(({ id, item }) => [id, item])) }))
    }
  }

  /** The rows of a part, in order. */
  private rowsOf(part: Part<T>): Entry<T>[] {
    return Array.from(part.rows, ([id, item]) => this.entryOf(id, item)).sort(this.compare)
  }
}
