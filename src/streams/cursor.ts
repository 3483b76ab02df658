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
  for (const mark of newestMarks(source)) {
    for (const [id, position] of Object.entries(mark.cursor())) {
      const known = positions[id]
      if (known === undefined || position < known) positions[id] = position
    }
  }
  return positions
}

/** Both. O(1): as they are, or the newer of two marks of one root. */
export function uniteMarks(a: CursorSource | undefined, b: CursorSource): CursorSource {
  if (a === undefined || a === b) return b
  if ('root' in a && 'root' in b && a.root === b.root) return a.turn > b.turn ? a : b
  return [a, b]
}

/** The newest mark of each root. */
export function newestMarks(source: CursorSource): readonly RootMark[] {
  const newest = new Map<unknown, RootMark>()
  const seen = new Set<CursorSource>()
  // Read from the end, what is shared once, and without recursion: the parts can be nested deep.
  const stack = [source]
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (seen.has(part)) continue
    seen.add(part)
    if (!('root' in part)) stack.push(...part)
    else if (!((newest.get(part.root)?.turn ?? 0) > part.turn)) newest.set(part.root, part)
  }
  return [...newest.values()]
}

/** The mark of `root` in this turn; `cursor` is asked only if somebody reads it. */
export function markAt(root: unknown, cursor: () => Cursor): RootMark {
  return { root, turn: turns.serial, cursor }
}

/** The mark of `root` in this turn, its cursor already known. */
export function markOf(root: unknown, cursor: Cursor): RootMark {
  return markAt(root, () => cursor)
}

/** A counter as a string that sorts like the number, for numbers up to 2^53. */
export function sortableNumber(value: number): string {
  const digits = value.toString(36)
  return String.fromCharCode(96 + digits.length) + digits
}
