import type { Subscriber } from 'rxjs'
import { type Absent, absent, difference, type FeedEvent, type ItemEvent, type Key } from '../event.js'
import { Joint } from './joint.js'

/**
 * An operator with several inputs whose result under a key follows from what the inputs have under that key.
 * It holds the inputs' items and what was sent, and per turn looks only at the keys that were touched.
 */
export abstract class KeyedJoint<T, R> extends Joint<R> {
  protected readonly states: readonly Map<Key, T>[]
  protected readonly shown = new Map<Key, R>()
  private readonly touched = new Set<Key>()

  constructor(out: Subscriber<FeedEvent<R>>, operator: string, inputs = 1) {
    super(out, operator)
    this.states = Array.from({ length: inputs }, () => new Map<Key, T>())
  }

  /** What there is under `id` now. May call functions of the user. */
  protected abstract result(id: Key): R | Absent

  /** The event as it is to be sent; an ordered operator gives it its place. */
  protected place(event: ItemEvent<R>): ItemEvent<R> {
    return event
  }

  protected touchAll(index = 0): void {
    for (const id of this.states[index]!.keys()) this.touched.add(id)
  }

  protected accept(index: number, event: ItemEvent<T>): void {
    this.touched.add(event.id)
    if (event.type === 'retract') this.states[index]!.delete(event.id)
    else this.states[index]!.set(event.id, event.item)
  }

  protected clear(index: number): void {
    this.touchAll(index)
    this.states[index]!.clear()
  }

  protected flush(): void {
    const { shown, touched } = this
    let id: Key | undefined
    try {
      for (id of touched) {
        const after = this.result(id)
        const event = difference(id, shown.has(id) ? (shown.get(id) as R) : absent, after)
        if (event === undefined) continue
        if (after === absent) shown.delete(id)
        else shown.set(id, after)
        this.emit(this.place(event))
      }
    } catch (cause) {
      this.fail(id, cause)
    }
    touched.clear()
  }

  /** The item of input `index` under `id`. */
  protected input(index: number, id: Key): T | Absent {
    const state = this.states[index]!
    return state.has(id) ? (state.get(id) as T) : absent
  }
}
