import { changeEvent, type ItemEvent, type Key, type OrderedItemEvent, publishEvent, retractEvent } from '../event.js'
import { PositionTree, type TreeNode } from './position-tree.js'
import { risingRun } from './rising-run.js'

/** An item in its place. */
export interface Entry<T> {
  readonly id: Key
  item: T
  leaf: TreeNode<Entry<T>> | undefined
}

type Compare<V> = (a: V, b: V) => number

/** Items by a comparator, ties by id, in a position tree: it turns events into ordered events, O(log n) each. */
export class Ordering<T> {
  readonly tree = new PositionTree<Entry<T>>()
  private compareEntries: Compare<Entry<T>>

  constructor(private compare: Compare<T>) {
    this.compareEntries = entryComparator(compare)
  }

  /** Makes `items` the whole content; returns them in order. */
  load(items: Iterable<readonly [id: Key, item: T]>): readonly Entry<T>[] {
    const entries: Entry<T>[] = []
    for (const [id, item] of items) entries.push({ id, item, leaf: undefined })
    entries.sort(this.compareEntries)
    this.tree.load(entries)
    return entries
  }

  apply(event: ItemEvent<T>): OrderedItemEvent<T> {
    const { tree, compareEntries } = this
    const { id } = event
    if (event.type === 'publish') {
      const entry: Entry<T> = { id, item: event.item, leaf: undefined }
      const at = tree.seek(entry, compareEntries)
      tree.insertFound(entry)
      return publishEvent(id, event.item, at)
    }
    const { previous } = event
    const from = tree.seek({ id, item: previous, leaf: undefined }, compareEntries)
    const entry = tree.found
    if (entry?.id !== id) throw new Error('the comparator contradicts itself: an item is not where it was put')
    if (event.type === 'retract') {
      tree.removeFound()
      return retractEvent(id, previous, from)
    }
    const { item } = event
    if (this.compare(previous, item) === 0) {
      entry.item = item
      return changeEvent(id, item, previous, from, from)
    }
    tree.removeFound()
    entry.item = item
    const at = tree.seek(entry, compareEntries)
    tree.insertFound(entry)
    return changeEvent(id, item, previous, from, at)
  }

  /** Takes another order and tells the moves; the longest run that is in order already stays. */
  reorder(compare: Compare<T>, emit: (event: OrderedItemEvent<T>) => void): void {
    this.compare = compare
    this.compareEntries = entryComparator(compare)
    const before = this.tree.range()
    const after = before.toSorted(this.compareEntries)
    const place = new Map(after.map((entry, index) => [entry, index]))
    const staying = new Set(risingRun(before.map((entry) => place.get(entry)!)).map((index) => before[index]!))
    for (const entry of before) if (!staying.has(entry)) emit(retractEvent(entry.id, entry.item, this.tree.remove(entry)))
    after.forEach((entry, at) => {
      if (staying.has(entry)) return
      this.tree.insert(at, entry)
      emit(publishEvent(entry.id, entry.item, at))
    })
  }
}

function entryComparator<T>(compare: Compare<T>): Compare<Entry<T>> {
  return (a, b) => compare(a.item, b.item) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
