import type { Observable, OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, absent, after, type FeedEvent, type ItemEvent, type Key } from '../event.js'
import { jointFeed } from './joint.js'
import { EachJoint, type Slot } from './each-joint.js'
import { valuesOf } from './values.js'

/** What an operator knows of the Observable of an item: its newest value. */
interface Latest<V> {
  value: V | Absent
}

/** A feed of what `result` makes of each item and the newest value of its Observable; without one the item is not there. */
export function withEach<T, V, R>(
  operator: string,
  project: (item: T, id: Key) => Observable<V>,
  result: (item: T, value: V) => R | Absent,
): OperatorFunction<FeedEvent<T>, FeedEvent<R>> {
  return (feed) => jointFeed(ValueJoint<T, V, R>, [feed], operator, project, result)
}

class ValueJoint<T, V, R> extends EachJoint<T, R, Latest<V>> {
  readonly held = this.slots

  constructor(
    out: Subscriber<FeedEvent<R>>,
    operator: string,
    protected readonly project: (item: T, id: Key) => Observable<V>,
    private readonly combine: (item: T, value: V) => R | Absent,
  ) {
    super(out, operator)
  }

  protected start(): Latest<V> {
    return { value: absent }
  }

  protected feedOf(values: Observable<V>): Observable<FeedEvent<V>> {
    return valuesOf(values)
  }

  protected outer({ id }: Slot<T, Latest<V>>): void {
    this.shown.touch(id)
  }

  /** The last value stays until there is another. */
  protected inner({ id, state }: Slot<T, Latest<V>>, event: ItemEvent<V> | undefined): void {
    if (event) state.value = after(event)
    this.shown.touch(id)
  }

  result(id: Key): R | Absent {
    const slot = this.slots.get(id)
    return !slot || slot.state.value === absent ? absent : this.combine(slot.item, slot.state.value)
  }
}
