import { type Absent, absent } from '../event.js'
import { byId, Entry, locate, PositionTree } from './position-tree.js'

/** Entries in order; one that was never two is only itself. */
export type Members<T> = Entry<T> | PositionTree<Entry<T>>

/** The members with one more. O(log n). */
export function putInto<T>(members: Members<T> | undefined, entry: Entry<T>, compare: (a: Entry<T>, b: Entry<T>) => number): Members<T> {
  if (!members) return entry
  let tree = members
  if (!(tree instanceof PositionTree)) {
    tree = new PositionTree<Entry<T>>()
    tree.load([members as Entry<T>])
  }
  tree.seek(entry, compare)
  tree.insertFound(entry)
  return tree
}

/** The members without the one that is equal to `entry`; `undefined` if it was the only one. O(log n). */
export function takeFrom<T>(
  members: Members<T> | undefined,
  entry: Entry<T>,
  compare: (a: Entry<T>, b: Entry<T>) => number,
): Members<T> | undefined {
  if (!(members instanceof PositionTree) || members.size === 1) return undefined
  locate(members, entry, compare)
  members.removeFound()
  return members
}

/** Items by a value that several of them may share, each group in order. O(log n) to put and take. A group that never had two is only an entry. */
export class Groups<K, T> {
  private readonly groups = new Map<K, Members<T>>()

  constructor(private readonly compare: (a: Entry<T>, b: Entry<T>) => number = byId) {}

  /** How many items there are under `key`. O(1). */
  count(key: K): number {
    const group = this.groups.get(key)
    return !group ? 0 : group instanceof PositionTree ? group.size : 1
  }

  /** The first item under `key`. O(log n). */
  first(key: K): Entry<T> | undefined {
    const group = this.groups.get(key)
    return group instanceof PositionTree ? group.at(0) : group
  }

  /** The items under `key`, in order. */
  list(key: K): readonly Entry<T>[] {
    const group = this.groups.get(key)
    return !group ? [] : group instanceof PositionTree ? group.range() : [group]
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

  keys(): Iterable<K> {
    return this.groups.keys()
  }

  /** All items: group by group. */
  *all(): Iterable<Entry<T>> {
    for (const key of this.groups.keys()) yield* this.list(key)
  }

  /** Tells whether there was another under `key`. */
  put(key: K, id: string, item: T): boolean {
    const group = this.groups.get(key)
    const next = putInto(group, new Entry(id, item), this.compare)
    if (next !== group) this.groups.set(key, next)
    return group !== undefined
  }

  /** Takes out what was put under `key` with `id`. */
  take(key: K, id: string, item: T): void {
    if (!takeFrom(this.groups.get(key), new Entry(id, item), this.compare)) this.groups.delete(key)
  }

  clear(): void {
    this.groups.clear()
  }
}
