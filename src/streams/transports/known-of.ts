import type { Feed } from '../event.js'
import type { Known } from '../node.js'

const readers = new WeakMap<Feed<never>, () => Known<object> | undefined>()

/**
 * What a node's feed knows at its last commit, to resume from it later: `node.feed(query, { known })`, also in another process. `undefined`
 * while nobody is subscribed to the feed, before it is ready, and where the transport can't resume. Call it at a commit of that very
 * feed (not of one derived from it) to be sure which state it is. Costs nothing until `items` is read; read it before the next commit.
 *
 * ```ts
 * const todos = transport.node<Todo>('todos').feed()
 * todos.subscribe((event) => { if (event.type === 'commit') save(knownOf(todos)) })
 * ```
 */
export function knownOf<T extends object>(feed: Feed<T>): Known<T> | undefined {
  return readers.get(feed as Feed<never>)?.() as Known<T> | undefined
}

/** @internal Says how `knownOf` reads `feed`. */
export function tellKnown<T extends object>(feed: Feed<T>, read: () => Known<T> | undefined): Feed<T> {
  readers.set(feed as Feed<never>, read)
  return feed
}
