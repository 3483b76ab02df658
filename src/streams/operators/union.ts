import { absent, type Feed, type ItemOf, type Key } from '../event.js'
import { combine } from '../internal/combine.js'

/** How `union` treats a key that several feeds have. */
export interface UnionOptions<T> {
  /** Makes one item of all, given in the order of the feeds. Must be pure. Default: the first feed's item. */
  readonly resolve?: (items: readonly T[], id: Key) => T
}

/**
 * All items of all feeds, one a key. Where several feeds have a key, the order of the feeds decides, or `resolve`.
 * Order is dropped. One commit a turn, however many feeds it touched.
 *
 * Cost: O(feeds) an event, memory for every item of every feed. Errors: the first error of a feed ends it; `OperatorError` if `resolve` throws.
 *
 * ```ts
 * union(localDrafts.feed, node.feed(), { resolve: ([draft]) => draft })
 * ```
 */
export function union<T>(...args: readonly Feed<T>[] | readonly [...feeds: Feed<T>[], options: UnionOptions<T>]): Feed<T>
export function union<F extends readonly Feed<unknown>[]>(...feeds: F): Feed<ItemOf<F[number]>>
export function union<F extends readonly Feed<unknown>[]>(
  ...args: readonly [...feeds: F, options: UnionOptions<ItemOf<F[number]>>]
): Feed<ItemOf<F[number]>>
export function union<T>(...args: readonly Feed<T>[] | readonly [...feeds: Feed<T>[], options: UnionOptions<T>]): Feed<T> {
  const resolve = (args.find((arg) => !isFeed(arg)) as UnionOptions<T> | undefined)?.resolve
  return combine(
    'union',
    args.filter(isFeed) as Feed<T>[],
    (first, id) => {
      if (!first) return absent
      if (!resolve) return first.item
      const items: T[] = []
      for (let here: typeof first | undefined = first; here; here = here.next) items.push(here.item)
      return resolve(items, id)
    },
    !!resolve,
  )
}

function isFeed<T>(value: Feed<T> | UnionOptions<T>): value is Feed<T> {
  return 'subscribe' in value
}
