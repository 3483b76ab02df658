import type { Observable, OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, absent, type FeedEvent, type ItemEvent, type Key, type Publish } from '../event.js'
import { jointFeed } from './joint.js'
import { EachJoint, type Slot } from './each-joint.js'
import { valuesOf } from './values.js'

/** A feed of what `result` makes of each item and the newest value of its Observable; without one the item is not there. */
export function withEach<T, V, R>(
  operator: string,
  project: (item: T, id: Key) => Observable<V>,
  result: (item: T, value: V) => R | Absent,
): OperatorFunction<FeedEvent<T>, FeedEvent<R>> {
  return (feed) => jointFeed(ValueJoint<T, V, R>, [feed], operator, project, result)
}

/** A slot keeps the newest value, as it was published. */
class ValueJoint<T, V, R> extends EachJoint<T, R, Publish<V>> {
  readonly held = this.slots

  constructor(
    out: Subscriber<FeedEvent<R>>,
    operator: string,
    project: (item: T, id: Key) => Observable<V>,
    private readonly combine: (item: T, value: V) => R | Absent,
  ) {
    super(out, operator, project, valuesOf)
  }

  protected outer({ id }: Slot<T, Publish<V>>): void {
    this.shown.touch(id)
  }

  /** The last value stays until there is another. */
  protected inner(slot: Slot<T, Publish<V>>, event: ItemEvent<V> | undefined): void {
    if (event) slot.state = event as Publish<V>
    this.shown.touch(slot.id)
  }

  result(id: Key): R | Absent {
    const slot = this.slots.get(id)
    return slot?.state ? this.combine(slot.item, slot.state.item) : absent
  }
}
