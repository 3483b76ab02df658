import type { OperatorFunction } from 'rxjs'
import { applyEvent, type FeedEvent, type Key } from '../event.js'
import { foldWith } from '../internal/fold.js'

/**
 * The whole state by key, at each commit that changed it: a new Map each time, never altered afterwards. O(n) such a commit; it holds the items.
 *
 * ```ts
 * todos.pipe(asMap()).subscribe((byId) => console.log(byId.get('a1')))
 * ```
 */
export function asMap<T>(): OperatorFunction<FeedEvent<T>, ReadonlyMap<Key, T>> {
  return foldWith('asMap', () => {
    const items = new Map<Key, T>()
    return {
      get value() {
        return new Map(items)
      },
      apply(event) {
        applyEvent(items, event)
      },
      clear() {
        items.clear()
      },
    }
  })
}
