import type { ItemEvent } from '../streams/event.js'
import type { FoldOptions } from './fold-options.js'
import { Folder } from './folder.js'
import type { AnyCollection } from './internals.js'

/**
 * Applies one committed batch of item events, ordered or not, to a Backbone collection at once. Its listeners hear what one `set` would tell
 * them: `change` for each merged model, `remove` for each one gone, `add` for each new one (with `index` if the events say where), `sort`
 * if the order changed, and one `update` with `options.changes`. From the first `remove` on, everyone sees the final list;
 * `collection.models` may be another array then.
 *
 * With a comparator only what changed is ranked and merged into the rest. Cost: O(n) to see that the models are ranked, O(k log n) for k events; of
 * ordered events O(k) and one copy of the list. `bind` knows the models and saves the O(n).
 * A collection that replaces `set`, `add` or `remove` is served by calls of these.
 * Errors: the first one that a listener throws, after all is applied.
 *
 * ```ts
 * fold(todos, [publishEvent('1', { title: 'read' }), retractEvent('2', old)])
 * ```
 */
export function fold<T extends object>(collection: AnyCollection, events: readonly ItemEvent<T>[], options?: FoldOptions): void {
  new Folder<T>(collection, options).apply(events)
}
