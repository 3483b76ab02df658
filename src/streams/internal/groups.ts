import { type Absent, absent } from '../event.js'
import { byId, Entry, locate, PositionTree } from './position-tree.js'

/** Items by a value that several of them may share, each group in order. O(log n) to put and take. A group that never had two is only an entry. */
export class Groups<K, T> {
  private readonly groups = new Map<K, Entry<T> | PositionTree<Entry<T>>>()

  constructor(private readonly compare: (a: Entry<T>, b: Entry<T>) => number = byId) {}

  /** How many items there are under `key`. O(1). */
  count(key: K): number {
    const group = this.groups.get(key)
    return group === undefined ? 0 : group instanceof PositionTree ? group.size : 1
  }

  /** The first item under `key`. O(log n). */
  first(key: K): Entry<T> | undefined {
    const group = this.groups.get(key)
    return group instanceof PositionTree ? group.at(0) : group
  }

  /** The items under `key`, in order. */
  list(key: K): readonly Entry<T>[] {
    const group = this.groups.get(key)
    return group === undefined ? [] : group instanceof PositionTree ? group.range() : [group]
  }

  /** The one item under `key`: the first, or what `resolve` makes of all. */
  resolve(key: K & string, resolve?: (items: readonly T[], id: string) => T): T | Absent {
    const first = this.first(key)
    if (first === undefined) return absent
    if (resolve === undefined) return first.item
    return resolve(
      this.list(key).map(({ item }) => item),
      key,
    )
  }

  keys(): Iterable<K> {
    return this.groups.keys()
  }

  /** All items: group by group. */
  *all(): Iterable<Entry<T>> {
    for (const key of this.groups.keys()) yield* this.list(key)
  }

  put(key: K, id: string, item: T): void {
    const entry = new Entry(id, item)
    let group = this.groups.get(key)
    if (group === undefined) this.groups.set(key, entry)
    else {
      if (!(group instanceof PositionTree)) {
        const only = group
        group = new PositionTree<Entry<T>>()
        group.load([only])
        this.groups.set(key, group)
      }
      group.seek(entry, this.compare)
      group.insertFound(entry)
    }
  }

  /** Takes out what was put under `key` with `id`. */
  take(key: K, id: string, item: T): void {
    const group = this.groups.get(key)
    if (group instanceof PositionTree && group.size > 1) {
      locate(group, new Entry(id, item), this.compare)
      group.removeFound()
    } else this.groups.delete(key)
  }

  clear(): void {
    this.groups.clear()
  }
}
