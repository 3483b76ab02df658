import type { Observable } from 'rxjs'
import { commitAt, type FeedEvent, publishEvent } from '../event.js'
import { FeedSubscriber, operate } from './operator.js'
import { turns } from './turns.js'

/**
 * The values of an Observable as an input of a `Joint`: each is a publish, and whole. One that arrives while an operator settles has come through that
 * operator, and is as deep.
 */
export function valuesOf<V>(values: Observable<V>): Observable<FeedEvent<V>> {
  return operate(ValueSubscriber<V>, '')(values)
}

class ValueSubscriber<V> extends FeedSubscriber<V, FeedEvent<V>> {
  protected take(value: V): void {
    this.out.next(publishEvent('', value))
    this.out.next(commitAt([], turns.depth))
  }
}
