import { isObservable, type Observable, type OperatorFunction, type Subscriber } from 'rxjs'
import { ArgumentError } from '../../errors.js'
import type { FeedEvent, ItemEvent, OrderedEvent, OrderedFeed, OrderedItemEvent } from '../event.js'
import { Joint, Parameter } from '../internal/joint.js'
import { ListReader, makeOperator, operate } from '../internal/operator.js'
import type { Entry } from '../internal/ordering.js'
import type { PositionTree } from '../internal/position-tree.js'
import { ListWindow } from '../internal/window.js'

/** Which part of an ordered feed: `limit` items after the first `skip`. */
export interface Range {
  /** Default 0. */
  readonly skip?: number
  /** Default: all. */
  readonly limit?: number
}

/**
 * A window over an ordered feed, fixed or moving. For each turn it sends the net difference, retracts first: a row pushed in and out again is not heard of.
 *
 * Cost: O(log n) an event and row sent, memory for the window (O(n) unless `orderBy` stands right before it: it must know what comes next). A moved window costs what enters and leaves.
 * Errors: `ArgumentError` for a range that isn't of whole numbers from 0 (at once, or through the feed).
 *
 * ```ts
 * cities.pipe(orderBy({ population: -1 }), slice({ skip: 20, limit: 20 }))
 * ```
 */
export function slice<T>(range: Range | Observable<Range>): OperatorFunction<OrderedEvent<T>, OrderedEvent<T>> {
  if (isObservable(range)) {
    return makeOperator((feed: OrderedFeed<T>, out: Subscriber<OrderedEvent<T>>) => {
      new SliceJoint(out, range).start(feed)
    })
  }
  const [start, end] = boundsOf(range)
  return (feed) => operate(feed, (out: Subscriber<OrderedEvent<T>>) => new SliceSubscriber(out, start, end))
}

function boundsOf({ skip = 0, limit = Infinity }: Range): [start: number, end: number] {
  if (!(Number.isSafeInteger(skip) && skip >= 0)) throw new ArgumentError(`slice: skip must be a whole number from 0, not ${String(skip)}`)
  if (!((Number.isSafeInteger(limit) || limit === Infinity) && limit >= 0))
    throw new ArgumentError(`slice: limit must be a whole number from 0, not ${String(limit)}`)
  return [skip, skip + limit]
}

class SliceSubscriber<T> extends ListReader<T> {
  private readonly window: ListWindow<T>
  private touched = false
  private readonly emit = (event: OrderedEvent<T>): void => {
    this.touched = true
    this.out.next(event)
  }

  constructor(out: Subscriber<OrderedEvent<T>>, start: number, end: number) {
    super(out, 'slice')
    this.window = new ListWindow(start, end)
    this.add(() => {
      this.window.clear()
    })
  }

  override share(list: PositionTree<Entry<T>>): void {
    this.window.share(list)
  }

  override next(event: OrderedEvent<T>): void {
    if (this.closed) return
    switch (event.type) {
      case 'reset':
        this.window.clear()
        this.emit(event)
        return
      case 'commit':
        this.window.flush(this.emit)
        if (!this.touched) return
        this.touched = false
        this.out.next(event)
        return
      default:
        this.window.apply(event)
    }
  }
}

class SliceJoint<T> extends Joint<T> {
  private readonly window = new ListWindow<T>(0, 0)
  private readonly range: Parameter<Range>
  private readonly send = (event: OrderedEvent<T>): void => {
    this.emit(event as ItemEvent<T>)
  }

  constructor(out: Subscriber<OrderedEvent<T>>, ranges: Observable<Range>) {
    super(out as Subscriber<FeedEvent<T>>, 'slice')
    this.range = new Parameter(ranges)
    out.add(() => {
      this.window.clear()
    })
  }

  start(feed: OrderedFeed<T>): void {
    this.connect([feed], [this.range])
  }

  protected accept(_index: number, event: ItemEvent<T>): void {
    this.window.apply(event as OrderedItemEvent<T>)
  }

  protected clear(): void {
    this.window.vacate()
  }

  protected flush(): void {
    if (this.range.take()) {
      try {
        this.window.move(...boundsOf(this.range.value!))
      } catch (error) {
        this.out.error(error)
        return
      }
    }
    this.window.flush(this.send)
  }
}
