import type { Subscriber } from 'rxjs'
import { OperatorError } from '../../errors.js'
import { type Absent, applyEvent, difference, type FeedEvent, type ItemEvent, itemIn, type Key } from '../event.js'
import { Joint } from './joint.js'

/**
 * An operator with several inputs whose result under a key follows from what the inputs have under that key.
 * It holds the inputs' items and what was sent, and per turn looks only at the keys that were touched.
 */
export abstract class KeyedJoint<T, R> extends Joint<R> {
  protected readonly states: readonly Map<Key, T>[]
  private readonly shown = new Map<Key, R>()
  private readonly touched = new Set<Key>()

  constructor(
    out: Subscriber<FeedEvent<R>>,
    private readonly operator: string,
    inputs: number,
  ) {
    super(out)
    this.states = Array.from({ length: inputs }, () => new Map<Key, T>())
  }

  /** What there is under `id` now. May call functions of the user. */
  protected abstract result(id: Key): R | Absent

  accept(index: number, event: ItemEvent<T>): void {
    this.touched.add(event.id)
    applyEvent(this.states[index]!, event)
  }

  clear(index: number): void {
    for (const id of this.states[index]!.keys()) this.touched.add(id)
    this.states[index]!.clear()
  }

  protected flush(): void {
    const { shown, touched } = this
    let id: Key | undefined
    try {
      for (id of touched) {
        const event = difference(id, itemIn(shown, id), this.result(id))
        if (event === undefined) continue
        applyEvent(shown, event)
        this.emit(event)
      }
    } catch (cause) {
      this.out.error(new OperatorError(this.operator, id, cause))
    }
    touched.clear()
  }
}
