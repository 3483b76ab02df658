import type { Observable, Subscriber } from 'rxjs'
import type { Feed, FeedEvent, Key } from './event.js'
import { FeedSubscriber, operate } from './internal/operator.js'
import { Source } from './source.js'

/**
 * A feed of items that never change: a snapshot, one commit, and completion. O(n) a subscription.
 *
 * ```ts
 * feedOf([{ id: 'a', n: 1 }, { id: 'b', n: 2 }], (item) => item.id)
 * ```
 */
export function feedOf<T extends object>(items: Iterable<T>, key: (item: T) => Key): Feed<T> {
  const source = new Source({ key, initial: items })
  source.complete()
  return source.feed
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
  return operate(SnapshotSubscriber<T>, options.key, options.same ?? Object.is)(snapshots)
}

class SnapshotSubscriber<T extends object> extends FeedSubscriber<readonly T[], FeedEvent<T>> {
  private source: Source<T> | undefined

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly key: (item: T) => Key,
    private readonly same: (a: T, b: T) => boolean,
  ) {
    super(out, 'fromSnapshots')
  }

  protected take(snapshot: readonly T[]): void {
    const show = (): void => {
      try {
        this.show(snapshot)
      } catch (cause) {
        this.fail(undefined, cause)
      }
    }
    // In a turn: the snapshot before this one may wait for its own.
    if (this.source) this.source.edit(show)
    else show()
  }

  protected override finish(): void {
    if (!this.source) super.finish()
    else this.source.complete()
  }

  private show(snapshot: readonly T[]): void {
    const { key, source, same } = this
    const items = snapshot.map((item) => {
      const known = source?.get(key(item))
      return known && same(known, item) ? known : item
    })
    if (new Set(items.map(key)).size < items.length) throw new Error('two items have the same key')
    if (source) source.replaceAll(items)
    else {
      this.source = new Source({ key, initial: items })
      this.source.feed.subscribe(this.out)
    }
  }
}
