import type { Absent, ItemEvent, Key } from '../event.js'
import { EventSubscriber } from './operator.js'
import { Shown } from './shown.js'

/** An operator with one input and results under keys of its own: at each commit it looks only at those that were touched. It holds what was sent. */
export abstract class KeyedSubscriber<T, R> extends EventSubscriber<T, R> {
  protected shown = new Shown<R>()

  /** Applies an event to what is held, and touches the keys that it concerns. */
  protected abstract take(event: ItemEvent<T>): void
  /** @internal What there is under `id` now. May call functions of the user. */
  abstract result(id: Key): R | Absent

  protected apply(event: ItemEvent<T>): undefined {
    this.take(event)
  }

  protected override clear(): void {
    this.shown = new Shown<R>()
  }

  protected override flush(): void {
    this.shown.flush(this)
  }
}
