import type { OperatorFunction } from 'rxjs'
import type { FeedEvent, Key } from '../event.js'
import { type Fold, foldWith } from '../internal/fold.js'

/**
 * One item of a feed, or `undefined` while there is none: its state at the first commit, then at each commit that changed it. O(1) an event; it holds the item.
 *
 * ```ts
 * todos.pipe(item('a1')).subscribe((todo) => render(todo))
 * ```
 */
export function item<T>(id: Key): OperatorFunction<FeedEvent<T>, T | undefined> {
  return foldWith('item', () => {
    const fold: { -readonly [K in keyof Fold<T, T | undefined>]: Fold<T, T | undefined>[K] } = {
      value: undefined,
      apply(event) {
        if (event.id === id) fold.value = event.type === 'retract' ? undefined : event.item
      },
      clear() {
        fold.value = undefined
      },
    }
    return fold
  })
}
