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
  if (!isMarks(source)) return source.cursor()
  const positions: Record<string, Position> = {}
  for (const mark of source) {
    const cursor = mark.cursor()
    for (const id of Object.keys(cursor)) {
      const known = positions[id]
      const position = cursor[id]!
      if (known === undefined || position < known) positions[id] = position
    }
  }
  return positions
}

/** The newest mark of each root among both. Returns one of them as it is where it can. */
export function uniteMarks(a: CursorSource | undefined, b: CursorSource): CursorSource {
  if (a === undefined || a === b) return b
  if (!isMarks(a) && !isMarks(b) && a.root === b.root) return later(a, b)
  const marks = isMarks(a) ? [...a] : [a]
  for (const mark of isMarks(b) ? b : [b]) {
    const index = marks.findIndex((other) => other.root === mark.root)
    if (index < 0) marks.push(mark)
    else marks[index] = later(marks[index]!, mark)
  }
  return marks
}

function later(a: RootMark, b: RootMark): RootMark {
  return a.turn > b.turn ? a : b
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

function isMarks(source: CursorSource): source is readonly RootMark[] {
  return Array.isArray(source)
}
