import type { OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, absent, after, before, type FeedEvent, type ItemEvent, type Key } from '../event.js'
import { EventSubscriber, operate } from '../internal/operator.js'
import { sendDifference } from '../internal/snapshot.js'

/** How `selectMany` names what it makes. */
export interface ManyOptions<U> {
  /** The key of a child among those of its parent. Must be pure. Default: its index. */
  readonly key?: (child: U, index: number) => Key
}

/**
 * Many items of each: what `project` makes of it, under `JSON.stringify([key of the parent, key of the child])`. Of a changed item only the children that are
 * another object or value are sent. Order is dropped.
 *
 * Cost: O(children) an event and no memory: `project` must be pure, the children before are computed again.
 * Errors: `OperatorError` if a given function throws, or two children of one item have the same key.
 *
 * ```ts
 * orders.pipe(selectMany((order) => order.lines, { key: (line) => line.product }))
 * ```
 */
export function selectMany<T, U>(
  project: (item: NoInfer<T>, id: Key) => Iterable<U>,
  options: ManyOptions<NoInfer<U>> = {},
): OperatorFunction<FeedEvent<T>, FeedEvent<U>> {
  const { key = (_child, index) => String(index) } = options
  return operate(ManySubscriber<T, U>, project, key)
}

class ManySubscriber<T, U> extends EventSubscriber<T, U> {
  constructor(
    out: Subscriber<FeedEvent<U>>,
    private readonly project: (item: T, id: Key) => Iterable<U>,
    private readonly keyOf: (child: U, index: number) => Key,
  ) {
    super(out, 'selectMany')
  }

  protected apply(event: ItemEvent<T>): undefined {
    const { id } = event
    const gone = this.children(id, before(event))
    const come = this.children(id, after(event))
    const held = this.hold()
    sendDifference(gone, come, Object.is, this)
    if (held) this.resume()
  }

  private children(id: Key, item: T | Absent): Map<Key, U> {
    const children = new Map<Key, U>()
    if (item === absent) return children
    let index = 0
    for (const child of this.project(item, id)) {
      const key = JSON.stringify([id, this.keyOf(child, index++)])
      if (children.has(key)) throw new Error(`two children have the same key ${key}`)
      children.set(key, child)
    }
    return children
  }
}
