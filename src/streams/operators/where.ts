import type { Observable, OperatorFunction, Subscriber } from 'rxjs'
import { absent, after, before, difference, type FeedEvent, isPlaced, type ItemEvent } from '../event.js'
import { EventSubscriber, operate } from '../internal/operator.js'
import { withParameter } from '../internal/with-parameter.js'
import { compileFilter, type Filter } from '../query.js'

/** A test for items. It must be pure: it is asked about the old and the new item. */
export type Predicate<T> = (item: T) => boolean
/** What `where` takes: a predicate or a Filter. */
export type Condition<T> = Predicate<T> | Filter<T>

/**
 * The items that pass: a predicate, a `Filter`, or an Observable of either, read when the turn settles.
 * A changed item enters, changes or leaves. Order is dropped. A predicate that tells a type leaves items of that type.
 *
 * Cost: O(1) an event and no memory; with an Observable O(n) a new condition, and it keeps the items.
 * Errors: `QueryError` at once for a bad Filter; `OperatorError` through the feed if the predicate throws.
 *
 * ```ts
 * todos.pipe(where({ done: false }))
 * todos.pipe(where((todo) => todo.title.startsWith('R')))
 * ```
 */
export function where<T, S extends T>(test: (item: T) => item is S): OperatorFunction<FeedEvent<T>, FeedEvent<S>>
export function where<T>(
  condition: Predicate<NoInfer<T>> | Filter<NoInfer<T>> | Observable<Condition<NoInfer<T>>>,
): OperatorFunction<FeedEvent<T>, FeedEvent<T>>
export function where<T>(
  condition: Predicate<NoInfer<T>> | Filter<NoInfer<T>> | Observable<Condition<NoInfer<T>>>,
): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  return withParameter(condition as Condition<T> | Observable<Condition<T>>, (condition) => {
    const test = (typeof condition === 'function' ? condition : compileFilter(condition as Filter<object>)) as Predicate<T>
    return operate(WhereSubscriber<T>, test)
  })
}

class WhereSubscriber<T> extends EventSubscriber<T, T> {
  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly test: Predicate<T>,
  ) {
    super(out, 'where')
  }

  /** Of its own, so that the call of `out` sees one kind of consumer more often. */
  override next(event: FeedEvent<T>): void {
    if (event.type === 'commit' || event.type === 'reset') super.next(event)
    else if (!this.closed) {
      let sent: ItemEvent<T> | undefined
      try {
        sent = this.apply(event)
      } catch (cause) {
        this.fail(event.id, cause)
      }
      if (!sent) return
      this.uncommitted = true
      this.out.next(sent)
    }
  }

  protected apply(event: ItemEvent<T>): ItemEvent<T> | undefined {
    const { test } = this
    const previous = before(event)
    const item = after(event)
    const from = previous !== absent && test(previous) ? previous : absent
    const to = item !== absent && test(item) ? item : absent
    // An event that passes as it is isn't copied, unless it has a place to lose.
    return from === previous && to === item && !isPlaced(event) ? event : difference(event.id, from, to)
  }
}
