import type { OperatorFunction } from 'rxjs'
import { after, before, difference, type FeedEvent, type ItemEvent, type OrderedChange, type OrderedEvent } from '../event.js'
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
    // A place that an event doesn't have is negative.
    const { id, from, at } = event as OrderedChange<T>
    const last = this.size - 1
    this.size += Number(from < 0) - Number(at < 0)
    return difference(id, before(event), after(event), last - from, this.size - 1 - at)
  }

  protected override flush(): void {
    if (!this.arriving) return
    const entries = this.arriving.list.range().reverse()
    this.arriving = undefined
    this.size = entries.length
    sendEntries(entries, this.out)
  }
}
