import type { Subscriber } from 'rxjs'
import type { Absent, Commit, FeedEvent, ItemEvent, Key } from '../event.js'
import { EventSubscriber } from './operator.js'
import { Shown } from './shown.js'

/** An operator with one input and results under keys of its own: at each commit it looks only at those that were touched. */
export abstract class KeyedSubscriber<T, R> extends EventSubscriber<T, R> {
  protected shown: Shown<R>

  /** With `keep` it holds what was sent: then what is there may change before it is touched. */
  constructor(
    out: Subscriber<FeedEvent<R>>,
    operator: string,
    private readonly keep = false,
  ) {
    super(out, operator)
    this.shown = new Shown<R>(this, keep)
  }

  /** Touches the keys that an event concerns, and applies it to what is held. */
  protected abstract override apply(event: ItemEvent<T>): undefined
  /** @internal All keys under which there is something, or more. */
  abstract readonly held: { keys(): Iterable<unknown> }
  /** @internal What there is under `id` now. May call functions of the user. */
  abstract result(id: Key): R | Absent

  protected override clear(): void {
    this.shown = new Shown<R>(this, this.keep)
  }

  protected override flush(_commit: Commit): void {
    this.shown.flush()
  }
}
