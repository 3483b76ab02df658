import type { OperatorFunction } from 'rxjs'
import { after, before, difference, type FeedEvent, type ItemEvent, type OrderedEvent } from '../event.js'
import { HeldState } from '../internal/held-state.js'
import { sendEntries } from '../internal/list-reader.js'
import { EventSubscriber, operate } from '../internal/operator.js'

/**
 * An ordered feed the other way round.
 *
 * Cost: O(1) an event, no memory; a snapshot is held until it is whole.
 *
 * ```ts
 * messages.pipe(orderBy({ at: 1 }), reverse())
 * ```
 */
export function reverse<T>(): OperatorFunction<OrderedEvent<T>, OrderedEvent<T>> {
  return operate(ReverseSubscriber<T>, 'reverse') as OperatorFunction<FeedEvent<T>, never>
}

class ReverseSubscriber<T> extends EventSubscriber<T, T> {
  private size = 0
  /** The snapshot, as it arrives, until its commit: it is told from its end. */
  private arriving: HeldState<T> | undefined

  protected override clear(): void {
    this.arriving = new HeldState<T>()
  }

  protected apply(event: ItemEvent<T>): ItemEvent<T> | undefined {
    if (this.arriving) {
      this.arriving.apply(event)
      return undefined
    }
    const { id, type, from, at } = event as ItemEvent<T> & { readonly from: number; readonly at: number }
    const last = type === 'publish' ? this.size++ : type === 'retract' ? --this.size : this.size - 1
    return difference(id, before(event), after(event), last - from, last - at)
  }

  protected override flush(): void {
    if (!this.arriving) return
    const entries = this.arriving.list.range().reverse()
    this.arriving = undefined
    this.size = entries.length
    sendEntries(entries, this.out)
  }
}
