import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs'
import { LawError } from '../../errors.js'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import { FeedSubscriber, operate } from '../internal/operator.js'
import { equalValues } from '../query.js'

/** A whole state: with order it is a list of entries, without it a map. */
export type Expected<T> = ReadonlyMap<Key, T> | readonly (readonly [id: Key, item: T])[]

/**
 * The recompute oracle: at each commit of a feed compares the state that its events add up to with `recompute()`, which makes it from
 * the inputs anew (law 8). Ends the feed with `LawError` where they differ. A list is compared with its order. For tests.
 *
 * ```ts
 * source.feed.pipe(where({ done: true }), checkOracle(() => new Map([...all()].filter(([, todo]) => todo.done))))
 * ```
 */
export function checkOracle<E extends FeedEvent<unknown>>(
  recompute: () => Expected<unknown>,
  same: (a: unknown, b: unknown) => boolean = equalValues,
): MonoTypeOperatorFunction<E> {
  return operate(OracleSubscriber<E>, recompute, same)
}

class OracleSubscriber<E extends FeedEvent<unknown>> extends FeedSubscriber<E, E> {
  private readonly items = new Map<Key, unknown>()
  private readonly order: Key[] = []

  constructor(
    out: Subscriber<E>,
    private readonly recompute: () => Expected<unknown>,
    private readonly same: (a: unknown, b: unknown) => boolean,
  ) {
    super(out, 'checkOracle')
  }

  protected take(event: E): void {
    if (event.type === 'commit') {
      const problem = this.compare()
      if (problem !== undefined) {
        this.error(new LawError(8, problem))
        return
      }
    } else if (event.type === 'reset') {
      this.items.clear()
      this.order.length = 0
    } else this.apply(event)
    this.out.next(event)
  }

  private apply(event: ItemEvent<unknown>): void {
    const { at = -1, from = -1 } = event as { readonly at?: number; readonly from?: number }
    if (event.type === 'retract') this.items.delete(event.id)
    else this.items.set(event.id, event.item)
    if (from >= 0) this.order.splice(from, 1)
    if (at >= 0) this.order.splice(at, 0, event.id)
  }

  private compare(): string | undefined {
    const expected = this.recompute()
    const entries = [...expected]
    if (entries.length !== this.items.size) return `${this.items.size} items, but ${entries.length} by the recompute`
    for (const [index, [id, item]] of entries.entries()) {
      if (!this.items.has(id)) return `${id} is missing`
      if (!this.same(this.items.get(id), item)) {
        return `${id} is ${JSON.stringify(this.items.get(id))}, but ${JSON.stringify(item)} by the recompute`
      }
      if (Array.isArray(expected) && this.order[index] !== id)
        return `at ${index} stands ${String(this.order[index])}, but ${id} by the recompute`
    }
    return undefined
  }
}
