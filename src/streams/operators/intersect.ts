import { absent, type Feed } from '../event.js'
import { combine } from '../internal/combine.js'

/**
 * The items whose key all feeds have, as the first feed has them. Order is dropped. One commit a turn, however many feeds it touched.
 * Of no feeds it is empty.
 *
 * Cost: O(feeds) an event, memory for every item of every feed. Errors: the first error of a feed ends it.
 *
 * ```ts
 * intersect(members.feed, online.feed)
 * ```
 */
export function intersect<T>(first: Feed<T>, ...others: readonly Feed<unknown>[]): Feed<T> {
  return combine('intersect', [first, ...others] as Feed<T>[], (first) => {
    let count = -1
    for (let here = first; here; here = here.next) count++
    return count === others.length ? first!.item : absent
  })
}
