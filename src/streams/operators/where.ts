import { isObservable, type Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import {
  type Absent,
  absent,
  changeEvent,
  type Feed,
  type FeedEvent,
  isPlaced,
  type ItemEvent,
  type Key,
  publishEvent,
  retractEvent,
} from '../event.js'
import { Parameter } from '../internal/joint.js'
import { KeyedJoint } from '../internal/keyed-joint.js'
import { FeedSubscriber, makeOperator, operate } from '../internal/operator.js'
import { compileFilter, type Filter } from '../query.js'

/** A test for items. It must be pure: it is asked about the old and the new item. */
export type Predicate<T> = (item: T) => boolean
/** What `where` takes: a predicate or a Filter. */
export type Condition<T> = Predicate<T> | Filter<T>

/**
 * The items that pass: a predicate, a `Filter`, or an Observable of either, read when the turn settles.
 * A changed item enters, changes or leaves. Order is dropped.
 *
 * Cost: O(1) an event and no memory; with an Observable O(n) a new condition, and it keeps the items.
 * Errors: `QueryError` at once for a bad Filter; `OperatorError` through the feed if the predicate throws.
 *
 * ```ts
 * todos.pipe(where({ done: false }))
 * todos.pipe(where((todo) => todo.title.startsWith('R')))
 * ```
 */
export function where<T>(
  condition: Predicate<NoInfer<T>> | Filter<NoInfer<T>> | Observable<Condition<NoInfer<T>>>,
): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  if (isObservable(condition))
    return makeOperator((feed: Feed<T>, out) => new WhereJoint(out, condition as Observable<Condition<T>>).start(feed))
  const test = predicateOf(condition as Condition<T>)
  return (feed) => operate(feed, (out: Subscriber<FeedEvent<T>>) => new WhereSubscriber(out, test))
}

function predicateOf<T>(condition: Condition<T>): Predicate<T> {
  return typeof condition === 'function' ? (condition as Predicate<T>) : (compileFilter(condition as Filter<object>) as Predicate<unknown>)
}

class WhereSubscriber<T> extends FeedSubscriber<FeedEvent<T>, FeedEvent<T>> {
  /** Something was sent since the last commit; a commit of nothing is swallowed. */
  private touched = false

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly test: Predicate<T>,
  ) {
    super(out, 'where')
  }

  override next(event: FeedEvent<T>): void {
    if (this.closed) return
    switch (event.type) {
      case 'commit':
        if (!this.touched) return
        this.touched = false
        this.out.next(event)
        return
      case 'reset':
        this.touched = true
        this.out.next(event)
        return
      default: {
        const sent = this.pass(event)
        if (sent === undefined) return
        this.touched = true
        this.out.next(sent)
      }
    }
  }

  private pass(event: ItemEvent<T>): ItemEvent<T> | undefined {
    const { test } = this
    let before: boolean
    let after: boolean
    try {
      before = event.type !== 'publish' && test(event.previous)
      after = event.type !== 'retract' && test(event.item)
    } catch (cause) {
      this.fail(event.id, cause)
      return undefined
    }
    if (!before && !after) return undefined
    if (event.type === 'change' && before !== after) {
      return after ? publishEvent(event.id, event.item) : retractEvent(event.id, event.previous)
    }
    return withoutPlace(event)
  }
}

/** The event itself, or a copy that has lost its place in an ordered feed. */
function withoutPlace<T>(event: ItemEvent<T>): ItemEvent<T> {
  if (!isPlaced(event)) return event
  switch (event.type) {
    case 'publish':
      return publishEvent(event.id, event.item)
    case 'change':
      return changeEvent(event.id, event.item, event.previous)
    case 'retract':
      return retractEvent(event.id, event.previous)
  }
}

class WhereJoint<T> extends KeyedJoint<T, T> {
  private readonly condition: Parameter<Condition<T>>
  private test: Predicate<T> = () => false

  constructor(out: Subscriber<FeedEvent<T>>, conditions: Observable<Condition<T>>) {
    super(out, 'where')
    this.condition = new Parameter(conditions)
  }

  start(feed: Feed<T>): void {
    this.connect([feed], [this.condition])
  }

  protected override flush(): void {
    try {
      if (this.condition.take()) {
        this.test = predicateOf(this.condition.value!)
        this.touchAll()
      }
      super.flush()
    } catch (cause) {
      this.fail(undefined, cause)
    }
  }

  protected result(id: Key): T | Absent {
    const item = this.input(0, id)
    return item !== absent && this.test(item) ? item : absent
  }
}
