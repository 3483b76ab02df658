import type { Cursor } from '../../streams/cursor.js'
import type { Key } from '../../streams/event.js'

interface Entry {
  /** Where the query stood after these keys were touched. */
  readonly after: Cursor
  readonly keys: readonly Key[]
}

/** The keys that a query's latest turns touched, so that who was away for a moment is told only of those. Bounded in keys. */
export class Ring {
  private readonly entries: Entry[] = []
  private size = 0

  /** `start`: the cursor of the state before the first entry. */
  constructor(
    private start: Cursor,
    private readonly maxKeys: number,
  ) {}

  push(after: Cursor, keys: readonly Key[]): void {
    this.entries.push({ after, keys })
    this.size += keys.length
    while (this.size > this.maxKeys) {
      const oldest = this.entries.shift()!
      this.size -= oldest.keys.length
      this.start = oldest.after
    }
  }

  /** The keys touched after `cursor`; `undefined` if that was before what is remembered, or of another history. */
  since(cursor: Cursor): Set<Key> | undefined {
    if (!reaches(cursor, this.start)) return undefined
    const keys = new Set<Key>()
    for (const entry of this.entries) if (!reaches(cursor, entry.after)) for (const key of entry.keys) keys.add(key)
    return keys
  }
}

/** Whether `cursor` is at or after `other` in every root that `other` knows. */
export function reaches(cursor: Cursor, other: Cursor): boolean {
  for (const root of Object.keys(other)) {
    const position = cursor[root]
    if (position === undefined || position < other[root]!) return false
  }
  return true
}
