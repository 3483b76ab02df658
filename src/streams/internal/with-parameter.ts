import type { Observable, OperatorFunction, Subscriber } from 'rxjs'
import type { Feed, FeedEvent } from '../event.js'
import { Broadcast } from './broadcast.js'
import { makeFeed } from './operator.js'
import { isObservable } from './rxjs.js'
import { newestOf } from './switch-joint.js'

/**
 * An operator whose argument may change, made of the one whose argument is fixed: that one is built anew with the newest value, on the held state of its
 * input, and the difference of the two results is sent when the turn settles. It is not ready before the first value.
 *
 * Cost of a new value: O(n), or O(result) for an operator that reads the list. The input and the result are held.
 */
export function withParameter<P, A, B>(
  argument: P | Observable<P>,
  operator: (argument: P) => OperatorFunction<A, B>,
): OperatorFunction<A, B> {
  if (!isObservable(argument)) return operator(argument)
  return (feed) =>
    makeFeed<FeedEvent<unknown>>((out) => {
      // An error is told also while there is no value yet.
      const shared = new Broadcast<FeedEvent<unknown>>(
        () => undefined,
        (error) => {
          out.error(error)
        },
      )
      out.add(shared)
      feed.subscribe(shared as unknown as Subscriber<A>)
      const input = makeFeed<FeedEvent<unknown>>((each) => {
        shared.attach(each)
      }) as Observable<unknown> as Observable<A>
      newestOf('argument', argument, (value) => operator(value)(input) as Feed<unknown>).subscribe(out)
    }) as Observable<unknown> as Observable<B>
}
