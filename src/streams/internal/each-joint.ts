import type { Observable, Subscription } from 'rxjs'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import { KeyedJoint } from './keyed-joint.js'

/** An item of the outer feed, and the input that was made of it. */
export interface Slot<T> {
  readonly id: Key
  readonly item: T
  input: Subscription | undefined
}

/**
 * An operator that makes an input of each item of its feed: an Observable of values or a feed. An input that isn't ready at once is not waited for.
 * The outer feed is the input without a slot.
 */
export abstract class EachJoint<T, R, S extends Slot<T>> extends KeyedJoint<R, S | undefined> {
  protected readonly slots = new Map<Key, S>()

  /** The slot of a new or changed item, `last` being that of the item before. */
  protected abstract enter(id: Key, item: T, last: S | undefined): S
  /** The input of a slot. Calls a function of the user. */
  protected abstract project(slot: S): Observable<FeedEvent<unknown>>
  /** An item is gone, and its input with it. */
  protected abstract leave(slot: S): void
  /** An event of a slot's input. */
  protected abstract acceptInner(slot: S, event: ItemEvent<never>): void
  /** A slot's input was reset. */
  protected abstract clearInner(slot: S): void

  accept(slot: S | undefined, event: ItemEvent<never>): void {
    if (slot !== undefined) this.acceptInner(slot, event)
    else this.acceptOuter(event)
  }

  clear(slot: S | undefined): void {
    if (slot !== undefined) this.clearInner(slot)
    else for (const each of this.slots.values()) this.drop(each)
  }

  private acceptOuter(event: ItemEvent<T>): void {
    const { id } = event
    const last = this.slots.get(id)
    if (event.type === 'retract') {
      this.drop(last!)
      return
    }
    last?.input?.unsubscribe()
    const slot = this.enter(id, event.item, last)
    this.slots.set(id, slot)
    slot.input = this.attach(slot, this.project(slot), true)
  }

  private drop(slot: S): void {
    slot.input?.unsubscribe()
    this.slots.delete(slot.id)
    this.leave(slot)
  }
}
