import { type Absent, absent } from '../event.js'
import { edgeOf, listOf, type Members, putInto, takeFrom } from './members.js'
import { byId, Entry, PositionTree } from './position-tree.js'

/** Items by a value that several of them may share, each group in order. O(log n) to put and take. */
export class Groups<K, T> {
  readonly byKey = new Map<K, Members<T>>()

  constructor(private readonly compare: (a: Entry<T>, b: Entry<T>) => number = byId) {}

  /** How many items there are under `key`. O(1). */
  count(key: K): number {
    const group = this.byKey.get(key)
    return group instanceof PositionTree ? group.size : listOf(group).length
  }

  /** The first item under `key`. O(log n). */
  first(key: K): Entry<T> | undefined {
    return edgeOf(this.byKey.get(key), 0)
  }

  /** The items under `key`, in order. */
  list(key: K): readonly Entry<T>[] {
    return listOf(this.byKey.get(key))
  }

  /** The one item under `key`: the first, or what `resolve` makes of all. */
  resolve(key: K & string, resolve?: (items: readonly T[], id: string) => T): T | Absent {
    const first = this.first(key)
    if (!first) return absent
    if (!resolve) return first.item
    return resolve(
      this.list(key).map(({ item }) => item),
      key,
    )
  }

  /** Calls `visit` for all items, group by group. */
  each(visit: (entry: Entry<T>, key: K) => void): void {
    for (const [key, group] of this.byKey) for (const entry of listOf(group)) visit(entry, key)
  }

  /** Tells whether there was another under `key`. */
  put(key: K, id: string, item: T): boolean {
    const group = this.byKey.get(key)
    const next = putInto(group, new Entry(id, item), this.compare)
    if (next !== group) this.byKey.set(key, next)
    return group !== undefined
  }

  /** Takes out what was put under `key` with `id`. */
  take(key: K, id: string, item: T): void {
    const group = this.byKey.get(key)
    const next = group && takeFrom(group, new Entry(id, item), this.compare)
    if (!next) this.byKey.delete(key)
    else if (next !== group) this.byKey.set(key, next)
  }

  clear(): void {
    this.byKey.clear()
  }
}
