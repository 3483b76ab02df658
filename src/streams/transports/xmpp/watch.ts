import type { Key } from '../../event.js'

/** Waits for the echo of a write, and keeps what others wrote under the same id meanwhile. */
export class Watch<T extends object> {
  /** What arrived under the id before the echo and isn't it. */
  readonly others: (T | undefined)[] = []
  private heard = false
  private resolve: (() => void) | undefined

  constructor(
    readonly id: Key,
    /** Whether what has arrived (`undefined`: nothing any more) is what was written. */
    private readonly isEcho: (item: T | undefined) => boolean,
  ) {}

  /** Something has arrived under the id. */
  hear(item: T | undefined): void {
    if (this.heard) return
    if (this.isEcho(item)) this.heard = true
    else this.others.push(item)
  }

  /** Everything has been read, with this under the id. */
  see(item: T | undefined): void {
    if (this.isEcho(item)) this.heard = true
    this.settle()
  }

  /** What has been heard is committed. */
  settle(): void {
    if (this.heard) this.resolve?.()
  }

  /** Resolves with `true` once the echo is committed, with `false` after `timeoutMs`. */
  echo(timeoutMs: number): Promise<boolean> {
    if (this.heard) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(false)
      }, timeoutMs)
      this.resolve = () => {
        clearTimeout(timer)
        resolve(true)
      }
    })
  }

  /** Nobody waits any more: what `echo` gave resolves. */
  end(): void {
    this.resolve?.()
  }
}

/** All writes of a node that wait for their echo. */
export class Watches<T extends object> {
  private readonly all = new Set<Watch<T>>()

  add(watch: Watch<T>): void {
    this.all.add(watch)
  }

  remove(watch: Watch<T>): void {
    this.all.delete(watch)
    watch.end()
  }

  hear(id: Key, item: T | undefined): void {
    for (const watch of this.all) if (watch.id === id) watch.hear(item)
  }

  settle(): void {
    for (const watch of this.all) watch.settle()
  }

  /** Everything has been read. */
  see(items: ReadonlyMap<Key, T>): void {
    for (const watch of this.all) watch.see(items.get(watch.id))
  }

  end(): void {
    for (const watch of this.all) watch.end()
  }
}
