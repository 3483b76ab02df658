import type { Observable, OperatorFunction, Subscriber } from 'rxjs'
import { after, applyEvent, before, difference, type FeedEvent, type ItemEvent, type Key, type OrderedEvent } from '../event.js'
import { ListReader, sendList } from '../internal/list-reader.js'
import { EventSubscriber, operate } from '../internal/operator.js'
import { withParameter } from '../internal/with-parameter.js'
import { byId, Entry, locate, PositionTree } from '../internal/position-tree.js'
import { compileSort, type Sort } from '../query.js'

/** Compares two items; negative when `a` comes first. Must be pure and consistent. */
export type Comparator<T> = (a: T, b: T) => number
/** What `orderBy` takes: a comparator or a sort specification. */
export type Order<T> = Comparator<T> | Sort<T>

/** How `orderBy` compares. */
export interface OrderOptions {
  /** Strings of a sort specification as people of this language expect: a BCP 47 tag, or a collator. Default: by UTF-16 code unit, as MongoDB. */
  readonly locale?: string | Intl.Collator
}

/**
 * The items in order: each event says where. A comparator, a sort specification (MongoDB's order of values), or an
 * Observable of either. Ties are broken by id, so the order is a function of the items alone.
 *
 * Cost: O(log n) an event, O(n) memory; a snapshot is sorted once; a new order O(n log n), sending only the items that must move.
 * Errors: `QueryError` at once for a bad sort, `RangeError` for a bad locale; `OperatorError` through the feed if the comparator throws or contradicts itself.
 *
 * ```ts
 * cities.pipe(orderBy({ population: -1 }), slice({ limit: 20 }))
 * cities.pipe(orderBy({ name: 1 }, { locale: 'sv' }))
 * ```
 */
export function orderBy<T>(
  order: Comparator<NoInfer<T>> | Sort<NoInfer<T>> | Observable<Order<NoInfer<T>>>,
  { locale }: OrderOptions = {},
): OperatorFunction<FeedEvent<T>, OrderedEvent<T>> {
  const collator = typeof locale === 'string' ? new Intl.Collator(locale) : locale
  return withParameter(order as Order<T> | Observable<Order<T>>, (order) => {
    const [compare, rank] = (
      typeof order === 'function' ? [order, () => undefined] : [compileSort(order as Sort<T & object>, collator), rankOf(order)]
    ) as [Comparator<T>, Rank<T>]
    return operate(OrderSubscriber<T>, compare, rank) as OperatorFunction<FeedEvent<T>, never>
  })
}

/** A number by which most items can be ordered. */
type Rank<T> = (item: T) => number | undefined

/** The first key of a sort, where it is a number: two that differ need no further comparison. */
function rankOf(sort: object): Rank<Readonly<Record<string, unknown>>> {
  const [[field, direction] = ['', 0]] = Object.entries(sort) as [string, number][]
  return (item) => {
    const value = item[field]
    return typeof value === 'number' && !field.includes('.') ? value * direction : undefined
  }
}

class OrderSubscriber<T> extends EventSubscriber<T, T> {
  private readonly list: PositionTree<Entry<T>>
  /** The snapshot, as it arrives, until its commit. */
  private arriving: Map<Key, T> | undefined

  constructor(
    out: Subscriber<FeedEvent<T>>,
    private readonly compare: Comparator<T>,
    private readonly rank: Rank<T>,
  ) {
    super(out, 'orderBy')
    this.list = out instanceof ListReader ? (out as ListReader<T>).makeList(this.compareEntries, this.entryOf) : new PositionTree()
  }

  private readonly entryOf = (id: Key, item: T): Entry<T> => new Entry(id, item, this.rank(item))

  /** A difference that isn't a number other than 0 decides nothing. */
  private readonly compareEntries = (a: Entry<T>, b: Entry<T>): number => a.rank! - b.rank! || this.compare(a.item, b.item) || byId(a, b)

  protected override clear(): void {
    this.list.load([])
    this.arriving = new Map()
  }

  protected apply(event: ItemEvent<T>): ItemEvent<T> | undefined {
    if (!this.arriving) return this.place(event)
    applyEvent(this.arriving, event)
    return undefined
  }

  protected override flush(): void {
    const { arriving } = this
    if (!arriving) return
    this.arriving = undefined
    this.list.load(Array.from(arriving, ([id, item]) => this.entryOf(id, item)).sort(this.compareEntries))
    sendList(this.list, this.out)
  }

  private place(event: ItemEvent<T>): ItemEvent<T> {
    const { list, compareEntries, entryOf } = this
    const { id } = event
    let from: number | undefined
    let at: number | undefined
    let entry: Entry<T> | undefined
    if (event.type !== 'publish') {
      locate(list, entryOf(id, event.previous), compareEntries)
      from = list.position
      entry = list.found!
      // One that is in no leaf is only told of.
      if (event.type === 'change' && entry.leaf && this.compare(event.previous, event.item) === 0) at = from
      else list.removeFound()
    }
    if (event.type !== 'retract') {
      entry ??= entryOf(id, event.item)
      entry.item = event.item
      entry.rank = this.rank(event.item)
      if (!entry.leaf) {
        list.seek(entry, compareEntries)
        at = list.position
        list.insertFound(entry)
      }
    }
    return difference(id, before(event), after(event), from, at)!
  }
}
