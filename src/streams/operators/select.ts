import type { OperatorFunction, Subscriber } from 'rxjs'
import { changeEvent, type FeedEvent, type Key, type OrderedEvent, publishEvent, retractEvent } from '../event.js'
import { FeedSubscriber, operate } from '../internal/operator.js'

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
  return (feed) =>
    operate(feed, (out) => {
      const consumer = out as unknown as Subscriber<FeedEvent<U>>
      return new SelectSubscriber(
        consumer,
        project as (item: unknown, id: Key) => U,
        options.keep === true,
        'select',
      ) as unknown as Subscriber<E>
    })
}

/** The subscriber behind operators that turn one item into one. */
export class SelectSubscriber<T, U> extends FeedSubscriber<FeedEvent<T>, FeedEvent<U>> {
  private readonly kept: Map<Key, U> | undefined
  private touched = false

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

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    if (event.type === 'commit') {
      if (!this.touched) return
      this.touched = false
      this.out.next(event)
      return
    }
    let sent: FeedEvent<U> | undefined
    if (event.type === 'reset') {
      this.kept?.clear()
      sent = event
    } else {
      const { id } = event
      const { at, from } = event as { readonly at?: number; readonly from?: number }
      try {
        if (event.type === 'publish') sent = publishEvent(id, this.now(id, event.item), at!)
        else {
          const previous = this.kept === undefined ? this.project(event.previous, id) : this.kept.get(id)!
          if (event.type === 'retract') {
            this.kept?.delete(id)
            sent = retractEvent(id, previous, from!)
          } else {
            const item = this.now(id, event.item)
            // A move is a change of place: it is sent even if the result looks the same, as two events, since `change` needs a difference.
            if (!this.same(item, previous)) sent = changeEvent(id, item, previous, from!, at!)
            else if (at !== from) {
              this.out.next(retractEvent(id, previous, from!))
              sent = publishEvent(id, previous, at!)
              this.kept?.set(id, previous)
            } else this.kept?.set(id, previous)
          }
        }
      } catch (cause) {
        this.fail(id, cause)
        return
      }
    }
    if (sent === undefined) return
    this.touched = true
    this.out.next(sent)
  }

  private now(id: Key, item: T): U {
    const result = this.project(item, id)
    this.kept?.set(id, result)
    return result
  }
}
