import type { Observable, Subscriber } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import type { Input } from './joint.js'
import { KeyedJoint } from './keyed-joint.js'
import { must } from './must.js'
import { isObservable } from './rxjs.js'

/** An item of the outer feed and the input made of it. */
export interface Slot<T, S> {
  readonly id: Key
  item: T
  /** What the operator keeps of its input. */
  state: S | undefined
  source: Observable<unknown> | undefined
  input: Input<Slot<T, S> | 0> | undefined
}

/**
 * An operator that makes an input of each item of its feed: an Observable of values, or a feed. One that isn't ready at once is not waited for.
 * The outer feed is the first input, 0.
 */
export abstract class EachJoint<T, R, S> extends KeyedJoint<R, Slot<T, S> | 0> {
  protected readonly slots = new Map<Key, Slot<T, S>>()
  /** After a reset of the outer feed: the slots that it hasn't spoken of again. */
  private unseen = new Set<Slot<T, S>>()

  constructor(
    out: Subscriber<FeedEvent<R>>,
    operator: string,
    /** Makes the input of a slot. Calls a function of the user. */
    private readonly project: (item: T, id: Key) => Observable<unknown>,
    /** The input as a feed. */
    private readonly feedOf: (source: Observable<unknown>) => Observable<FeedEvent<unknown>>,
  ) {
    super(out, operator, true)
  }

  /** The item of a slot is another; and there are `others` if it came or is gone. The input is not asked yet. */
  protected abstract outer(slot: Slot<T, S>, others: boolean): void
  /** An event of a slot's input, or its reset, also when another takes its place or the item is gone. */
  protected abstract inner(slot: Slot<T, S>, event: ItemEvent<never> | undefined): void

  accept(slot: Slot<T, S> | 0, event: ItemEvent<never>): void {
    if (slot) this.inner(slot, event)
    else if (event.type === 'retract') this.drop(this.slots.get(event.id)!)
    else this.enter(event.id, event.item)
  }

  clear(slot: Slot<T, S> | 0): void {
    if (slot) this.inner(slot, undefined)
    else this.unseen = new Set(this.slots.values())
  }

  protected override flush(): void {
    for (const slot of this.unseen) this.drop(slot)
    super.flush()
  }

  private enter(id: Key, item: T): void {
    let slot = this.slots.get(id)
    const others = !slot
    if (!slot) this.slots.set(id, (slot = { id, item, state: undefined, source: undefined, input: undefined }))
    this.unseen.delete(slot)
    slot.item = item
    this.outer(slot, others)
    const source = this.project(item, id)
    must(isObservable(source), 'an Observable', source)
    if (source === slot.source) return
    this.detach(slot.input)
    if (slot.source) this.inner(slot, undefined)
    slot.source = source
    slot.input = this.attach(slot, this.feedOf(source), true)
  }

  private drop(slot: Slot<T, S>): void {
    this.detach(slot.input)
    this.slots.delete(slot.id)
    this.unseen.delete(slot)
    this.inner(slot, undefined)
    this.outer(slot, true)
  }
}
