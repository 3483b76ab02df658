import type { Subscriber } from 'rxjs'
import { composeAny, type FeedEvent, type Key, type NetEffect } from '../event.js'
import { FeedSubscriber } from './operator.js'

/** What to do about each item that a transaction concerns, by its net effect. */
export interface EachHandlers<T> {
  publish?(item: T, id: Key): void
  change?(item: T, previous: T, id: Key): void
  retract?(previous: T, id: Key): void
  /** All items are gone; those that are back are published anew. */
  reset?(): void
}

/** Passes a feed on as it is. At a commit, before that is passed on, it calls the handlers with the net effect of the transaction. */
export class EffectSubscriber<T> extends FeedSubscriber<FeedEvent<T>, FeedEvent<T>> {
  /** Of the transaction. */
  private readonly net: NetEffect<T> = new Map()

  constructor(
    out: Subscriber<FeedEvent<T>>,
    operator: string,
    private readonly handlers: EachHandlers<T>,
  ) {
    super(out, operator)
  }

  protected take(event: FeedEvent<T>): void {
    const held = this.hold()
    if (event.type === 'commit') this.act()
    else composeAny(this.net, event)
    this.out.next(event)
    if (held) this.resume()
  }

  private act(): void {
    const { handlers, net } = this
    for (const [id, event] of net) {
      // A handler may have ended the subscription.
      if (this.closed) return
      try {
        if (event.type === 'publish') handlers.publish?.(event.item, event.id)
        else if (event.type === 'change') handlers.change?.(event.item, event.previous, event.id)
        else if (event.type === 'retract') handlers.retract?.(event.previous, event.id)
        else handlers.reset?.()
      } catch (cause) {
        this.fail(id, cause)
      }
    }
    net.clear()
  }
}
