import type { Observable, Subscriber } from 'rxjs'
import type { Feed, FeedEvent, ItemEvent } from '../event.js'
import { HeldState } from './held-state.js'
import { type Input, Joint } from './joint.js'
import { makeFeed } from './operator.js'
import { valuesOf } from './values.js'

/** The newest of `feeds`. The old one stays until the new one is ready; then their difference is sent, by `same`. */
export function newestOf<T>(operator: string, feeds: Observable<Feed<T>>, same: (a: T, b: T) => boolean): Feed<T> {
  return makeFeed<FeedEvent<T>>((out) => {
    new SwitchJoint(out, operator, same).connect([[undefined, valuesOf(feeds)]])
  })
}

interface Slot<T> {
  held: HeldState<T>
  input: Input<Slot<T> | undefined> | undefined
}

/** The input without a slot gives the feeds. */
class SwitchJoint<T> extends Joint<T, Slot<T> | undefined> {
  private told = new HeldState<T>()
  private shown: Slot<T> | undefined
  private coming: Slot<T> | undefined

  constructor(
    out: Subscriber<FeedEvent<T>>,
    operator: string,
    private readonly same: (a: T, b: T) => boolean,
  ) {
    super(out, operator)
  }

  accept(slot: Slot<T> | undefined, event: ItemEvent<never>): void {
    if (slot === undefined) this.change((event as { readonly item?: Feed<T> }).item!)
    else {
      slot.held.apply(event)
      if (slot.held === this.told) this.emit(event)
    }
  }

  clear(slot: Slot<T> | undefined): void {
    if (slot !== undefined) slot.held = new HeldState()
  }

  protected flush(): void {
    const { coming } = this
    if (coming?.input?.source !== undefined) {
      this.shown?.input?.unsubscribe()
      this.shown = coming
      this.coming = undefined
    }
    const { shown, told } = this
    if (shown === undefined || shown.held === told) return
    this.told = shown.held
    told.lead(
      shown.held,
      (event) => {
        this.emit(event)
      },
      this.same,
    )
  }

  private change(feed: Feed<T>): void {
    const slot: Slot<T> = { held: new HeldState(), input: undefined }
    this.coming?.input?.unsubscribe()
    this.coming = slot
    // The first is waited for: without it there is nothing to show.
    slot.input = this.attach(slot, feed, this.shown !== undefined)
  }
}
