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
  readonly root: object
  /** The turn that reached it: of two marks of one root the later counts, whichever way each came (commits are sparse). */
  readonly turn: number
  cursor(): Cursor
}

/** One mark, or one for each root that an operator with several inputs has heard of. */
export type CursorSource = RootMark | readonly RootMark[]

/** The cursor that `source` stands for. */
export function readCursor(source: CursorSource): Cursor {
  const positions: Record<string, Position> = {}
  for (const mark of marksOf(source)) {
    for (const [id, position] of Object.entries(mark.cursor())) {
      const known = positions[id]
      if (known === undefined || position < known) positions[id] = position
    }
  }
  return positions
}

/** The newest mark of each root among both. Returns one of them as it is where it can. */
export function uniteMarks(a: CursorSource | undefined, b: CursorSource): CursorSource {
  if (a === undefined || a === b) return b
  if ('root' in a && 'root' in b && a.root === b.root) return a.turn > b.turn ? a : b
  const newest = new Map<object, RootMark>()
  for (const mark of [...marksOf(a), ...marksOf(b)]) if (!((newest.get(mark.root)?.turn ?? 0) > mark.turn)) newest.set(mark.root, mark)
  return [...newest.values()]
}

function marksOf(source: CursorSource): readonly RootMark[] {
  return 'root' in source ? [source] : source
}

/** The mark of `root` in this turn; `cursor` is asked only if somebody reads it. */
export function markAt(root: object, cursor: () => Cursor): RootMark {
  return { root, turn: turns.serial, cursor }
}

/** The mark of `root` in this turn, its cursor already known. */
export function markOf(root: object, cursor: Cursor): RootMark {
  return markAt(root, () => cursor)
}

/** A counter as a string that sorts like the number, for numbers up to 2^53. */
export function sortableNumber(value: number): string {
  const digits = value.toString(36)
  return String.fromCharCode(96 + digits.length) + digits
}
