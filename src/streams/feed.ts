import { OperatorError } from '../errors.js'
import type { Feed, FeedEvent, Key } from './event.js'
import { Observable } from './internal/rxjs.js'
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
  const { key, same = Object.is } = options
  return new Observable<FeedEvent<T>>((out) => {
    let source: Source<T> | undefined
    const show = (snapshot: readonly T[]): void => {
      const items = snapshot.map((item) => {
        const known = source?.get(key(item))
        return known !== undefined && same(known, item) ? known : item
      })
      if (new Set(items.map(key)).size < items.length) throw new Error('two items of one snapshot have the same key')
      if (source !== undefined) source.replaceAll(items)
      else {
        source = new Source({ key, initial: items })
        source.feed.subscribe(out)
      }
    }
    const subscription = snapshots.subscribe({
      next(snapshot) {
        try {
          show(snapshot)
        } catch (cause) {
          out.error(new OperatorError('fromSnapshots', undefined, cause))
        }
      },
      error(error) {
        out.error(error)
      },
      complete() {
        if (source === undefined) out.complete()
        else source.complete()
      },
    })
    out.add(subscription)
  })
}
