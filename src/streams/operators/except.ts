import { absent, type Feed } from '../event.js'
import { combine } from '../internal/combine.js'

/**
 * The items of the first feed whose key none of the others has. Order is dropped. One commit a turn, however many feeds it touched.
 *
 * Cost: O(feeds) an event, memory for every item of every feed. Errors: the first error of a feed ends it.
 *
 * ```ts
 * except(mails.feed, spam.feed)
 * ```
 */
export function except<T>(first: Feed<T>, ...others: readonly Feed<unknown>[]): Feed<T> {
  return combine('except', [first, ...others] as Feed<T>[], (first) => (!first || first.feed > 0 || first.next ? absent : first.item))
}
