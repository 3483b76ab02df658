import type { OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, absent, type FeedEvent, type ItemEvent, type Key } from '../event.js'
import { FeedSubscriber, operate } from './operator.js'

/** A value that follows a feed. */
export interface Fold<in T, out V> {
  /** Read at commits only. */
  readonly value: V
  apply(event: ItemEvent<T>): void
  clear(): void
}

/** An operator that sends the value of a fold: at the first commit, then at each that changed it. */
export function foldWith<T, V>(operator: string, make: () => Fold<T, V>): OperatorFunction<FeedEvent<T>, V> {
  return operate(FoldSubscriber<T, V>, operator, make)
}

class FoldSubscriber<T, V> extends FeedSubscriber<FeedEvent<T>, V> {
  private sent: V | Absent = absent
  private touched = true
  private fold: Fold<T, V> | undefined

  constructor(
    out: Subscriber<V>,
    operator: string,
    private readonly make: () => Fold<T, V>,
  ) {
    super(out, operator)
  }

  protected take(event: FeedEvent<T>): void {
    const { touched } = this
    let id: Key | undefined
    this.touched = event.type !== 'commit'
    try {
      const fold = (this.fold ??= this.make())
      if (event.type === 'reset') fold.clear()
      else if (event.type !== 'commit') {
        id = event.id
        fold.apply(event)
      } else if (touched) this.show(fold.value)
    } catch (cause) {
      this.fail(id, cause)
    }
  }

  private show(value: V): void {
    if (Object.is(value, this.sent)) return
    this.sent = value
    this.out.next(value)
  }
}
