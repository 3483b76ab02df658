import type { Key } from '../../event.js'

/** Milliseconds. */
const quiet = 1000

/**
 * Finds ids that several events came for at about the same time. ejabberd tells of each write from a process of its own: of two writers at once the events may
 * come in another order than the writes were done, and what is told last isn't what is kept. Such ids are read again until it is quiet around them, each asked for
 * twice: ejabberd may lose an item from its list that is published and retracted at once, but still gives it if it is asked for once and no other is.
 * O(1) an event; one timer, while there are events.
 */
export class Contention {
  private now = new Set<Key>()
  private before: ReadonlySet<Key> = new Set()
  private contended = new Set<Key>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly read: (ids: readonly Key[]) => void) {}

  /** An event has come for it. */
  heard(id: Key): void {
    if (this.now.has(id) || this.before.has(id)) this.contended.add(id)
    this.now.add(id)
    this.timer ??= setTimeout(this.tick, quiet)
  }

  clear(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.before = new Set()
    this.now.clear()
    this.contended.clear()
  }

  private readonly tick = (): void => {
    const ids = [...this.contended, ...this.contended]
    this.before = this.now
    this.now = new Set()
    this.contended.clear()
    this.timer = this.before.size > 0 ? setTimeout(this.tick, quiet) : undefined
    if (ids.length > 0) this.read(ids)
  }
}
