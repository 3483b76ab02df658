import type { Observable, OperatorFunction, Subscriber, Subscription } from 'rxjs'
import { commitAt, type Feed, type FeedEvent, type ItemEvent, type Publish, resetEvent } from '../event.js'
import { HeldState } from './held-state.js'
import { Joint } from './joint.js'
import { makeFeed } from './operator.js'
import { isObservable } from './rxjs.js'
import { valuesOf } from './values.js'

type Build<P, T, R> = (argument: P) => OperatorFunction<FeedEvent<T>, FeedEvent<R>>

/**
 * An operator whose argument may change, made of the one whose argument is fixed: when the turn settles, that one is built anew with the
 * newest value, on the state of its input, and the difference of the two results is sent. It is not ready before the first value.
 *
 * Cost of a new value: O(n), or O(result) for an operator that reads the list. The input and the result are held.
 */
export function withParameter<P, A, B>(
  argument: P | Observable<P>,
  operator: (argument: P) => OperatorFunction<A, B>,
): OperatorFunction<A, B> {
  if (!isObservable(argument)) return operator(argument)
  const build = operator as unknown as Build<P, unknown, unknown>
  return (feed) =>
    makeFeed<FeedEvent<unknown>>((out) => {
      new ParameterJoint(out, build).connect([feed as Feed<unknown>, valuesOf(argument)].entries())
    }) as Observable<unknown> as Observable<B>
}

class ParameterJoint<P, T, R> extends Joint<R> {
  private readonly held = new HeldState<T>()
  private shown = new HeldState<R>()
  /** The result since a reset; it is whole when the turn settles. */
  private coming: HeldState<R> | undefined
  private argument: Publish<P> | undefined
  private current: Subscriber<FeedEvent<T>> | undefined
  private result: Subscription | undefined

  constructor(
    out: Subscriber<FeedEvent<R>>,
    private readonly build: Build<P, T, R>,
  ) {
    super(out, 'argument')
  }

  accept(index: number, event: ItemEvent<never>): void {
    if (index === 1) this.argument = event as Publish<P>
    else {
      this.held.apply(event)
      this.current?.next(event)
    }
  }

  clear(): void {
    this.held.clear()
    this.current?.next(resetEvent('an input was reset'))
  }

  protected flush(): void {
    const { argument, shown } = this
    this.argument = undefined
    if (argument !== undefined) this.restart(argument.item)
    this.current?.next(commitAt([], 0))
    if (this.coming === undefined) return
    this.shown = this.coming
    this.coming = undefined
    shown.lead(this.shown, (event) => {
      this.emit(event)
    })
  }

  private restart(argument: P): void {
    this.result?.unsubscribe()
    const input = makeFeed<FeedEvent<T>>((operator) => {
      this.current = operator
      this.held.replay(operator)
    })
    // Inside an Observable, so that what `build` throws is the error of the feed.
    this.result = makeFeed<FeedEvent<R>>((result) => {
      input.pipe(this.build(argument)).subscribe(result)
    }).subscribe({
      next: (event) => {
        if (event.type === 'reset') this.coming = new HeldState()
        else if (event.type !== 'commit') this.show(event)
      },
      error: (error: unknown) => {
        this.out.error(error)
      },
    })
    this.out.add(this.result)
  }

  private show(event: ItemEvent<R>): void {
    ;(this.coming ?? this.shown).apply(event)
    if (this.coming === undefined) this.emit(event)
  }
}
