import type { Key } from '../../event.js'

/** Waits for the echo of a write, and keeps what others wrote under the same id meanwhile. */
export class Watch<T extends object> {
  /** What arrived under the id before the echo and isn't it. */
  readonly others: (T | undefined)[] = []
  private ended = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private resolve: ((ended: boolean) => void) | undefined

  constructor(
    readonly id: Key,
    /** Whether what has arrived (`undefined`: nothing any more) is what was written. */
    readonly isEcho: (item: T | undefined) => boolean,
  ) {}

  /** Resolves with `true` once it has ended, with `false` after `timeoutMs`. */
  echo(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.resolve = resolve
      if (this.ended) resolve(true)
      else this.timer = setTimeout(resolve, timeoutMs, false)
    })
  }

  /** The echo is committed, or nobody waits for it any more. */
  end(): void {
    this.ended = true
    clearTimeout(this.timer)
    this.resolve?.(true)
  }
}

/** All writes of a node that wait for their echo. O(1) to hear an event. */
export class Watches<T extends object> {
  private readonly byId = new Map<Key, Set<Watch<T>>>()
  /** Those that have heard their echo, which isn't committed. */
  private heard: Watch<T>[] = []

  add(watch: Watch<T>): void {
    const same = this.byId.get(watch.id) ?? new Set()
    this.byId.set(watch.id, same.add(watch))
  }

  remove(watch: Watch<T>): void {
    const same = this.byId.get(watch.id)
    if (same?.delete(watch) && same.size === 0) this.byId.delete(watch.id)
  }

  /** Something has arrived under the id. */
  hear(id: Key, item: T | undefined): void {
    for (const watch of this.byId.get(id) ?? []) {
      if (watch.isEcho(item)) {
        this.remove(watch)
        this.heard.push(watch)
      } else watch.others.push(item)
    }
  }

  /** What has been heard is committed. */
  settle(): void {
    for (const watch of this.heard) watch.end()
    this.heard = []
  }

  /** Everything has been read. */
  see(items: ReadonlyMap<Key, T>): void {
    for (const [id, same] of this.byId) for (const watch of same) if (watch.isEcho(items.get(id))) watch.end()
  }

  /** Nobody waits any more. */
  end(): void {
    for (const same of this.byId.values()) this.heard.push(...same)
    this.settle()
  }
}
