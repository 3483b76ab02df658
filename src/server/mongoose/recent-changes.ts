import type { Position } from '../../streams/cursor.js'
import type { ChangeRecord } from './change-source.js'

const most = 100_000

/** What changed lately, in order and without documents: a bounded window of the history that can be extended backwards. */
export class RecentChanges {
  private records: ChangeRecord[] = []

  /** `first`: everything at or after it is known here. */
  constructor(private first: Position) {}

  get start(): Position {
    return this.first
  }

  push(changes: readonly ChangeRecord[]): void {
    for (const { position, operation, collection, id } of changes) this.records.push({ position, operation, collection, id })
    if (this.records.length <= 2 * most) return
    this.records = this.records.slice(-most)
    this.trim()
  }

  /** What changed at or after `position`; `undefined` if that is before the window. */
  since(position: Position): readonly ChangeRecord[] | undefined {
    if (position < this.first) return undefined
    let low = 0
    let high = this.records.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.records[middle]!.position < position) low = middle + 1
      else high = middle
    }
    return this.records.slice(low)
  }

  /** Adds what was before the window, from `start` on. */
  extend(start: Position, changes: readonly ChangeRecord[]): void {
    const before = changes.filter(({ position }) => position < this.first)
    this.records = [...before, ...this.records]
    this.first = start
  }

  /** A position is in the window as a whole or not at all. */
  private trim(): void {
    const first = this.records[0]!.position
    const next = this.records.findIndex(({ position }) => position > first)
    this.records = next < 0 ? [] : this.records.slice(next)
    this.first = this.records[0]?.position ?? `${first} `
  }
}
