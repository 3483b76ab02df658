import { turns } from './internal/turns.js'

/** A point in one root's history: a string that sorts as the history runs. */
export type Position = string

/** What a commit carries: for each root, the position reached. Plain JSON. */
export type Cursor = Readonly<Record<string, Position>>

/**
 * The cursor of one root, built only when it is read.
 * `root` is what identifies the turn's root in this process: two marks of one root are of one history and the later wins;
 * marks of different roots (an asynchronous boundary is a root of its own) may speak of the same root id, and then the
 * older position is the safe one.
 */
export interface RootMark {
  readonly root: unknown
  /** The turn that reached it: of two marks of one root the later counts, whichever way each came (commits are sparse). */
  readonly turn: number
  cursor(): Cursor
}

/** One mark, or all that an operator with several inputs has heard, in parts that others share; of each root the newest counts. */
export type CursorSource = RootMark | readonly CursorSource[]

/** The cursor that `source` stands for. */
export function readCursor(source: CursorSource): Cursor {
  const positions: Record<string, Position> = {}
  for (const mark of newestMarks(source).values()) {
    for (const [id, position] of Object.entries(mark.cursor())) {
      const known = positions[id]
      if (known === undefined || position < known) positions[id] = position
    }
  }
  return positions
}

/** Both, in O(1). They grow, if not by one root alone: who unites many takes the newest of them now and then. */
export function uniteMarks(a: CursorSource | undefined, b: CursorSource): CursorSource {
  if (!a || a === b || isOlder(a, b)) return b
  return 'root' in a || a.length !== 2 || !isOlder(a[1]!, b) ? [a, b] : [a[0]!, b]
}

/** Whether both are marks of one root, and `b` of no earlier turn: of a list these are `undefined`, and no turn of a list is comparable. */
function isOlder(a: CursorSource, b: CursorSource): boolean {
  return (a as RootMark).root === (b as RootMark).root && (a as RootMark).turn <= (b as RootMark).turn
}

/** The newest mark of each root. */
export function newestMarks(source: CursorSource): ReadonlyMap<unknown, RootMark> {
  const newest = new Map<unknown, RootMark>()
  // A set that grows while it is read: what is shared is read once, and parts can be nested deep.
  const parts = new Set([source])
  for (const part of parts) {
    if (!('root' in part)) for (const each of part) parts.add(each)
    else if (isOlder(newest.get(part.root) ?? part, part)) newest.set(part.root, part)
  }
  return newest
}

/** The mark of `root` in this turn; `cursor` is asked only if somebody reads it. */
export function markAt(root: unknown, cursor: () => Cursor): RootMark {
  return { root, turn: turns.serial, cursor }
}

/** The mark of `root` in this turn, its cursor already known. */
export function markOf(root: unknown, cursor: Cursor): RootMark {
  return markAt(root, () => cursor)
}

/** A counter as a string that sorts like the number, for numbers up to 2^53: behind a digit that tells how many there are. */
export function sortableNumber(value: number): string {
  const digits = value.toString(36)
  return (9 + digits.length).toString(36) + digits
}
