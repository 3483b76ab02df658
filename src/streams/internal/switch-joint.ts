import type { Observable, Subscriber } from 'rxjs'
import type { Feed, FeedEvent, ItemEvent, Publish } from '../event.js'
import { HeldState } from './held-state.js'
import { type Input, Joint, jointFeed } from './joint.js'
import { valuesOf } from './values.js'

/** The feed of the newest of `values`. The old one stays until the new one is ready; then their difference is sent, by `same`. */
export function newestOf<V, T>(
  operator: string,
  values: Observable<V>,
  project: (value: V) => Feed<T>,
  same: (a: T, b: T) => boolean = Object.is,
): Feed<T> {
  return jointFeed(SwitchJoint<V, T>, [valuesOf(values)], operator, project, same)
}

interface Slot<T> {
  held: HeldState<T>
  input: Input<Slot<T> | 0> | undefined
}

/** The input 0 gives the feeds. */
class SwitchJoint<V, T> extends Joint<T, Slot<T> | 0> {
  private told = new HeldState<T>()
  private shown: Slot<T> | undefined
  private coming: Slot<T> | undefined
  private value: Publish<V> | undefined

  constructor(
    out: Subscriber<FeedEvent<T>>,
    operator: string,
    private readonly project: (value: V) => Feed<T>,
    private readonly same: (a: T, b: T) => boolean,
  ) {
    super(out, operator)
  }

  accept(slot: Slot<T> | 0, event: ItemEvent<never>): void {
    if (!slot) this.value = event as Publish<V>
    else {
      slot.held.apply(event)
      if (slot.held === this.told) this.emit(event)
    }
  }

  clear(slot: Slot<T> | 0): void {
    if (slot) slot.held = new HeldState()
  }

  /** Of several values in one turn only the newest counts. An old feed is left as soon as the new one is ready, even if it is in the middle of something. */
  protected override prepare(): boolean {
    const { value, coming } = this
    this.value = undefined
    if (value) this.show(this.project(value.item))
    else if (coming?.input?.source) {
      this.detach(this.shown?.input)
      this.shown = coming
      this.coming = undefined
    }
    return value !== undefined
  }

  protected flush(): void {
    const { shown, told } = this
    if (!shown || shown.held === told) return
    this.told = shown.held
    told.lead(shown.held, this, this.same)
  }

  private show(feed: Feed<T>): void {
    const slot: Slot<T> = { held: new HeldState(), input: undefined }
    this.detach(this.coming?.input)
    this.coming = slot
    // The first is waited for: without it there is nothing to show.
    slot.input = this.attach(slot, feed, this.shown !== undefined)
  }
}
