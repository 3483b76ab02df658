import { absent, type Feed, type ItemOf } from '../event.js'
import { combine } from '../internal/combine.js'

/**
 * The items whose key exactly one of the feeds has. Order is dropped. One commit a turn, however many feeds it touched.
 *
 * Cost: O(feeds) an event, memory for every item of every feed. Errors: the first error of a feed ends it.
 *
 * ```ts
 * xor(here.feed, there.feed) // what the two don't share
 * ```
 */
export function xor<F extends readonly Feed<unknown>[]>(...feeds: F): Feed<ItemOf<F[number]>> {
  return combine('xor', feeds as readonly Feed<unknown>[] as readonly Feed<ItemOf<F[number]>>[], (first) =>
    !first || first.next ? absent : first.item,
  )
}
