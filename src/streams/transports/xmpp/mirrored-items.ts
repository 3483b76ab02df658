import type { Subscriber } from 'rxjs'
import type { Commit, FeedEvent, Key } from '../../event.js'
import { turns } from '../../internal/turns.js'
import type { Known } from '../../node.js'
import type { Recovery } from '../recovery.js'
import { Replica } from '../replica.js'
import type { XmppRoot } from './root.js'
import type { Watches } from './watch.js'

/** The items of a mirror, which its feeds share, and what arrives of them: by events, and by answers, which are as old as their questions. */
export class MirroredItems<T extends object> {
  private readonly replica: Replica<T>
  private last: Commit | undefined
  /** For each answer that is awaited, the oldest first: the ids of which something newer was told since it was asked for. */
  private readonly awaited = new Set<Set<Key>>()

  /** `release` is called when the last subscriber has left. */
  constructor(
    diff: boolean,
    private readonly root: XmppRoot,
    private readonly watches: Watches<T>,
    release: () => void,
  ) {
    this.replica = new Replica<T>({ diff }, release)
  }

  get recovery(): Recovery<T> {
    return this.replica.recovery
  }

  /** Items are on their way that may be older than what is told now. */
  get asking(): boolean {
    return this.awaited.size > 0
  }

  /** Call it inside a turn. */
  attach(out: Subscriber<FeedEvent<T>>): void {
    this.replica.attach(out)
  }

  known(): Known<T> | undefined {
    if (this.last) this.recovery.reach(this.last.cursor)
    const { point, items } = this.recovery
    return point && { ...point, items }
  }

  /** By an event, or by the answer of which `newer` is: it is older than those that were asked for later. */
  arrived(id: Key, item: T | undefined, newer?: ReadonlySet<Key>): void {
    if (item === undefined) this.recovery.remove(id)
    else this.recovery.put(id, item)
    for (const each of this.awaited) {
      if (each === newer) break
      each.add(id)
    }
    this.watches.hear(id, item)
  }

  /** Tells what has arrived. */
  commit(): void {
    const { replica } = this
    if (replica.prepare()) {
      replica.send()
      replica.close((this.last = this.root.commit()))
    }
    this.watches.settle()
  }

  /**
   * Reads items, of `ids` or of everything there is then; what it finds of those of which nothing newer was told meanwhile has arrived, in a turn that `commit` ends.
   * `false` if `isCurrent` no longer was when the answer came, whatever it was.
   */
  async ask(
    read: (found: Map<Key, T>) => Promise<void>,
    isCurrent: () => boolean,
    commit: () => void,
    ids?: readonly Key[],
  ): Promise<boolean> {
    const newer = new Set<Key>()
    const found = new Map<Key, T>()
    this.awaited.add(newer)
    try {
      await read(found)
      if (!isCurrent()) return false
      turns.run(() => {
        for (const id of ids ?? new Set([...this.recovery.items.keys(), ...found.keys()]))
          if (!newer.has(id)) this.arrived(id, found.get(id), newer)
        commit()
      })
      return true
    } catch (error) {
      if (isCurrent()) throw error
      return false
    } finally {
      this.awaited.delete(newer)
    }
  }

  /** Ends all feeds, with `error` or complete. */
  end(error?: unknown): void {
    if (error === undefined) this.replica.complete()
    else this.replica.fail(error)
  }

  /** What is on its way will not be used. */
  restart(): void {
    this.awaited.clear()
    this.recovery.interrupt()
  }
}
