import { type Compare, Entry, insertAt, lowerBound, mustMatch, PositionTree, removeAt } from './position-tree.js'

/** Entries in order: one that was never two is only itself, and a few are an array. */
export type Members<T> = Entry<T> | Entry<T>[] | PositionTree<Entry<T>>

/** How many an array has at most. */
const few = 128

/** The members with one more. One with a rank is counted there, if it is equal to a member. O(log n). */
export function putInto<T>(members: Members<T> | undefined, entry: Entry<T>, compare: Compare<Entry<T>>): Members<T> {
  if (!members) return entry
  if (members instanceof PositionTree) {
    members.seek(entry, compare)
    if (!isCounted(entry, members.found, compare)) members.insertFound(entry)
    return members
  }
  const list = arrayOf(members)
  const place = placeIn(list, entry, compare)
  if (isCounted(entry, list[place], compare)) return list
  insertAt(list, place, entry)
  if (list.length <= few) return list
  const tree = new PositionTree<Entry<T>>()
  tree.load(list)
  return tree
}

/** The members with one less that is equal to `entry`; `undefined` if it was the only one. O(log n). */
export function takeFrom<T>(members: Members<T>, entry: Entry<T>, compare: Compare<Entry<T>>): Members<T> | undefined {
  if (members instanceof PositionTree) {
    members.seek(entry, compare)
    if (isLast(entry, members.found)) members.removeFound()
    return members.size > 0 ? members : undefined
  }
  const list = arrayOf(members)
  const place = placeIn(list, entry, compare)
  if (isLast(entry, list[place])) removeAt(list, place)
  return list.length > 0 ? list : undefined
}

/** The members in order. */
export function listOf<T>(members: Members<T> | undefined): readonly Entry<T>[] {
  return !members ? [] : members instanceof PositionTree ? members.range() : arrayOf(members)
}

/** The first member, or with -1 the last. */
export function edgeOf<T>(members: Members<T> | undefined, edge: 0 | -1): Entry<T> | undefined {
  return members instanceof PositionTree ? members.at(edge && members.size - 1) : Array.isArray(members) ? members.at(edge) : members
}

function arrayOf<T>(members: Entry<T> | Entry<T>[]): Entry<T>[] {
  return members instanceof Entry ? [members] : members
}

function placeIn<T>(list: readonly Entry<T>[], entry: Entry<T>, compare: Compare<Entry<T>>): number {
  const { length } = list
  // Most come behind all that are there.
  return compare(list[length - 1]!, entry) < 0 ? length : lowerBound(0, length - 1, (place) => compare(list[place]!, entry) < 0)
}

function isCounted<T>(entry: Entry<T>, found: Entry<T> | undefined, compare: Compare<Entry<T>>): boolean {
  if (!entry.rank || !found || compare(found, entry) !== 0) return false
  found.rank!++
  return true
}

/** Counts one less; of those without a rank there is only one. */
function isLast<T>(entry: Entry<T>, found: Entry<T> | undefined): boolean {
  mustMatch(entry, found)
  return !(--found!.rank! > 0)
}
