import type { OperatorFunction, Subscriber } from 'rxjs'
import { absent, difference, type FeedEvent, type ItemEvent, type Key, type OrderedEvent, publishEvent, retractEvent } from '../event.js'
import { EventSubscriber, operate } from '../internal/operator.js'

/** The item type of a feed's events. */
export type EventItem<E> = E extends { readonly type: 'publish'; readonly item: infer T } ? T : never
/** The events of a feed whose items have become `U`: ordered if `E` is. */
export type EventOf<E, U> = Extract<E, { readonly type: 'publish' }> extends { readonly at: number } ? OrderedEvent<U> : FeedEvent<U>

/** How `select` makes the `previous` of an event. */
export interface SelectOptions {
  /** Keep each result, so that `previous` is the very object delivered before. O(n) memory. Default: computed again. */
  readonly keep?: boolean
}

/**
 * Each item as what `project` makes of it. `project` must be pure: without `keep` the previous result is computed again.
 * Keeps order. A change whose result is the same value is not sent.
 *
 * Cost: O(1) an event and no memory (O(n) with `keep`). Errors: `OperatorError` if `project` throws.
 *
 * ```ts
 * cities.pipe(select((city) => ({ name: city.name, crowded: city.population > 1e6 })))
 * ```
 */
export function select<E extends FeedEvent<unknown>, U>(
  project: (item: EventItem<E>, id: Key) => U,
  options: SelectOptions = {},
): OperatorFunction<E, EventOf<E, U>> {
  return operate(SelectSubscriber<EventItem<E>, U>, project, options.keep === true, 'select') as OperatorFunction<unknown, never>
}

/** The subscriber behind operators that turn one item into one. */
export class SelectSubscriber<T, U> extends EventSubscriber<T, U> {
  private readonly kept: Map<Key, U> | undefined

  constructor(
    out: Subscriber<FeedEvent<U>>,
    private readonly project: (item: T, id: Key) => U,
    keep: boolean,
    operator: string,
    private readonly same: (a: U, b: U) => boolean = Object.is,
  ) {
    super(out, operator)
    this.kept = keep ? new Map<Key, U>() : undefined
  }

  protected override clear(): void {
    this.kept?.clear()
  }

  /** Of its own, so that the call of `out` sees one kind of consumer more often. */
  override next(event: FeedEvent<T>): void {
    if (event.type === 'commit' || event.type === 'reset') super.next(event)
    else if (!this.closed) {
      let sent: ItemEvent<U> | undefined
      try {
        sent = this.apply(event)
      } catch (cause) {
        this.fail(event.id, cause)
      }
      if (!sent) return
      this.uncommitted = true
      this.out.next(sent)
    }
  }

  protected apply(event: ItemEvent<T>): ItemEvent<U> | undefined {
    const { kept } = this
    const { id, at, from } = event as ItemEvent<T> & { readonly at?: number; readonly from?: number }
    const previous = event.type === 'publish' ? absent : !kept ? this.project(event.previous, id) : kept.get(id)!
    if (event.type === 'retract') {
      kept?.delete(id)
      return difference(id, previous, absent, from)
    }
    const item = this.project(event.item, id)
    if (previous === absent || !this.same(item, previous)) {
      kept?.set(id, item)
      return difference(id, previous, item, from, at)
    }
    if (at === from) return undefined
    // A move is a change of place: it is sent even if the result looks the same, as two events, since `change` needs a difference.
    this.emit(retractEvent(id, previous, from!))
    return publishEvent(id, previous, at!)
  }
}
