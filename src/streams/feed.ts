import { Observable, type Subscriber } from 'rxjs'
import { OperatorError } from '../errors.js'
import { markOf, sortableNumber } from './cursor.js'
import { absent, commitAt, difference, type Feed, type FeedEvent, type Key, publishEvent, resetEvent } from './event.js'
import { FeedSubscriber, operate } from './internal/operator.js'
import { randomId } from './internal/random-id.js'
import { turns } from './internal/turns.js'

/**
 * A feed of items that never change: a snapshot, one commit, and completion. O(n) a subscription.
 *
 * ```ts
 * feedOf([{ id: 'a', n: 1 }, { id: 'b', n: 2 }], (item) => item.id)
 * ```
 */
export function feedOf<T extends object>(items: Iterable<T>, key: (item: T) => Key): Feed<T> {
  const content = new Map<Key, T>()
  for (const item of items) content.set(key(item), item)
  const mark = markOf(content, { [randomId()]: sortableNumber(0) })
  return new Observable<FeedEvent<T>>((out) => {
    turns.join(() => {
      out.next(resetEvent('subscribed'))
      for (const [id, item] of content) {
        if (out.closed) return
        out.next(publishEvent(id, item))
      }
      out.next(commitAt(mark, 0))
      out.complete()
    })
  })
}

/**
 * A feed from whole states, such as the results of polling: each array becomes one transaction of the minimal events.
 * Items are told apart by `same` (default: identity). Each array is a turn of its own. O(n) an array, O(n) memory.
 * Two items with one key are an error of the source: the feed ends with `OperatorError`.
 */
export function fromSnapshots<T extends object>(
  snapshots: Observable<readonly T[]>,
  options: { readonly key: (item: T) => Key; readonly same?: (a: T, b: T) => boolean },
): Feed<T> {
  return operate(snapshots, (out: Subscriber<FeedEvent<T>>) => new SnapshotSubscriber(out, options.key, options.same ?? Object.is))
}

class SnapshotSubscriber<T extends object> extends FeedSubscriber<readonly T[], FeedEvent<T>> {
  private items: Map<Key, T> | undefined
  private count = 0
  private readonly root = randomId()

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly key: (item: T) => Key,
    private readonly same: (a: T, b: T) => boolean,
  ) {
    super(out, 'fromSnapshots')
  }

  override next(snapshot: readonly T[]): void {
    if (this.closed) return
    const next = this.index(snapshot)
    if (next === undefined) return
    turns.run(() => {
      this.send(next)
    })
  }

  private index(snapshot: readonly T[]): Map<Key, T> | undefined {
    const next = new Map<Key, T>()
    for (const item of snapshot) {
      let id: Key | undefined
      try {
        id = this.key(item)
        if (next.has(id)) throw new Error('two items of one snapshot have this key')
      } catch (cause) {
        this.fail(id, cause)
        return undefined
      }
      next.set(id, item)
    }
    return next
  }

  private send(next: Map<Key, T>): void {
    if (this.closed) return
    const before = this.items ?? new Map<Key, T>()
    if (this.items === undefined) this.out.next(resetEvent('subscribed'))
    for (const [id, item] of before) if (!next.has(id)) this.out.next(difference(id, item, absent)!)
    for (const [id, item] of next) {
      const previous = before.get(id)
      if (previous !== undefined && this.same(previous, item)) {
        next.set(id, previous)
        continue
      }
      const event = difference(id, previous ?? absent, item)
      if (event !== undefined) this.out.next(event)
    }
    this.items = next
    this.out.next(commitAt(markOf(this, { [this.root]: sortableNumber(this.count++) }), 0))
  }
}
