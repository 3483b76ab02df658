import { isObservable, type Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import {
  absent,
  changeEvent,
  difference,
  type Feed,
  type FeedEvent,
  type ItemEvent,
  type Key,
  publishEvent,
  retractEvent,
} from '../event.js'
import { Joint, Parameter } from '../internal/joint.js'
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
  const { at, from } = event as { readonly at?: number; readonly from?: number }
  if (!(at! >= 0 || from! >= 0)) return event
  switch (event.type) {
    case 'publish':
      return publishEvent(event.id, event.item)
    case 'change':
      return changeEvent(event.id, event.item, event.previous)
    case 'retract':
      return retractEvent(event.id, event.previous)
  }
}

class WhereJoint<T> extends Joint<T> {
  private readonly items = new Map<Key, T>()
  private readonly shown = new Map<Key, T>()
  private readonly touched = new Set<Key>()
  private readonly condition: Parameter<Condition<T>>
  private test: Predicate<T> = () => false

  constructor(out: Subscriber<FeedEvent<T>>, conditions: Observable<Condition<T>>) {
    super(out, 'where')
    this.condition = new Parameter(conditions)
  }

  start(feed: Feed<T>): void {
    this.connect([feed], [this.condition])
  }

  protected accept(_index: number, event: ItemEvent<T>): void {
    this.touched.add(event.id)
    if (event.type === 'retract') this.items.delete(event.id)
    else this.items.set(event.id, event.item)
  }

  protected clear(): void {
    for (const id of this.items.keys()) this.touched.add(id)
    this.items.clear()
  }

  protected flush(): void {
    if (this.condition.fresh) {
      this.condition.fresh = false
      try {
        this.test = predicateOf(this.condition.value!)
      } catch (cause) {
        this.fail(undefined, cause)
        return
      }
      for (const id of this.items.keys()) this.touched.add(id)
    }
    for (const id of this.touched) if (!this.update(id)) return
    this.touched.clear()
  }

  private update(id: Key): boolean {
    const item = this.items.has(id) ? (this.items.get(id) as T) : absent
    let after: T | typeof absent
    try {
      after = item !== absent && this.test(item) ? item : absent
    } catch (cause) {
      this.fail(id, cause)
      return false
    }
    const event = difference(id, this.shown.has(id) ? (this.shown.get(id) as T) : absent, after)
    if (after === absent) this.shown.delete(id)
    else this.shown.set(id, after)
    if (event !== undefined) this.emit(event)
    return true
  }
}
