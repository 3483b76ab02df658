import { Observable, Subscriber } from 'rxjs'
import {
  absent,
  type Commit,
  difference,
  type Feed,
  type FeedEvent,
  type ItemEvent,
  type Key,
  publishEvent,
  resetEvent,
} from '../../streams/event.js'
import { byId, Entry, PositionTree } from '../../streams/internal/position-tree.js'
import { turns } from '../../streams/internal/turns.js'
import type { Item } from './items.js'

interface Window {
  readonly out: Subscriber<FeedEvent<Item>>
  readonly start: number
  readonly end: number
  /** What was last sent; missing before the snapshot. */
  shown: Map<Key, Item> | undefined
}

/**
 * One filter in one order, live, and any number of windows on it: they share the ordered rows, and a commit costs a window nothing that
 * lies before the first row touched, else O(its size). The windows' feeds are unordered.
 */
export class SortedQuery {
  private readonly rows = new PositionTree<Entry<Item>>()
  private arriving: Map<Key, Item> | undefined = new Map<Key, Item>()
  private readonly windows = new Set<Window>()
  private source: Subscriber<FeedEvent<Item>> | undefined
  /** The lowest index that the open transaction touched. */
  private lowest = Infinity
  private ready: Commit | undefined
  /** Ties are broken by key, so the order is a function of the items alone. */
  private readonly order = (a: Entry<Item>, b: Entry<Item>): number => this.compare(a.item, b.item) || byId(a, b)

  constructor(
    private readonly rowsFeed: Feed<Item>,
    private readonly compare: (a: Item, b: Item) => number,
    private readonly closed: () => void,
  ) {}

  attach(out: Subscriber<FeedEvent<Item>>, start: number, end: number): void {
    const window: Window = { out, start, end, shown: undefined }
    this.windows.add(window)
    out.add(() => {
      this.detach(window)
    })
    if (this.source === undefined) {
      this.source = new Subscriber<FeedEvent<Item>>({
        next: (event: FeedEvent<Item>) => {
          this.receive(event)
        },
        error: (error: unknown) => {
          for (const { out } of [...this.windows]) out.error(error)
        },
        complete: () => {
          for (const { out } of [...this.windows]) out.complete()
        },
      })
      this.rowsFeed.subscribe(this.source)
    } else if (this.ready !== undefined && this.lowest === Infinity) this.begin(window, this.ready)
  }

  private detach(window: Window): void {
    this.windows.delete(window)
    if (this.windows.size > 0) return
    this.closed()
    this.source?.unsubscribe()
    this.rows.load([])
  }

  private receive(event: FeedEvent<Item>): void {
    switch (event.type) {
      case 'reset':
        this.rows.load([])
        this.arriving = new Map()
        this.lowest = 0
        return
      case 'commit':
        if (this.arriving !== undefined) this.arrive(this.arriving)
        this.ready = event
        this.commit(event)
        return
      default:
        if (this.arriving === undefined) this.apply(event)
        else if (event.type === 'retract') this.arriving.delete(event.id)
        else this.arriving.set(event.id, event.item)
    }
  }

  private arrive(arriving: ReadonlyMap<Key, Item>): void {
    const entries = Array.from(arriving, ([id, item]) => new Entry(id, item))
    this.rows.load(entries.sort(this.order))
    this.arriving = undefined
    this.lowest = 0
  }

  private apply(event: ItemEvent<Item>): void {
    if (event.type !== 'publish') {
      this.seek(new Entry(event.id, event.previous))
      const entry = this.rows.found!
      if (event.type === 'change' && this.compare(event.previous, event.item) === 0) {
        entry.item = event.item
        return
      }
      this.rows.removeFound()
    }
    if (event.type === 'retract') return
    const entry = new Entry(event.id, event.item)
    this.seek(entry)
    this.rows.insertFound(entry)
  }

  /** Something will change where `entry` stands. */
  private seek(entry: Entry<Item>): void {
    this.rows.seek(entry, this.order)
    this.lowest = Math.min(this.lowest, this.rows.position)
  }

  private commit(commit: Commit): void {
    const { lowest } = this
    this.lowest = Infinity
    for (const window of this.windows) {
      if (window.shown === undefined) this.begin(window, commit)
      else if (lowest < window.end && this.move(window, window.shown)) window.out.next(commit)
    }
  }

  private begin(window: Window, commit: Commit): void {
    const { out } = window
    const shown = this.look(window)
    window.shown = shown
    out.next(resetEvent('subscribed'))
    for (const [id, item] of shown) {
      if (out.closed) return
      out.next(publishEvent(id, item))
    }
    out.next(commit)
  }

  /** Sends the difference between what the window showed and what is there now, retracts first. */
  private move(window: Window, before: ReadonlyMap<Key, Item>): boolean {
    const after = this.look(window)
    const events: ItemEvent<Item>[] = []
    for (const [id, item] of before) if (!after.has(id)) events.push(difference<Item>(id, item, absent)!)
    for (const [id, item] of after) {
      const event = difference<Item>(id, before.get(id) ?? absent, item)
      if (event !== undefined) events.push(event)
    }
    window.shown = after
    for (const event of events) window.out.next(event)
    return events.length > 0
  }

  private look({ start, end }: Window): Map<Key, Item> {
    return new Map(this.rows.range(start, Math.min(end, this.rows.size)).map(({ id, item }) => [id, item]))
  }
}

/** Windows on `rows`; those of one `name` share the ordering for as long as one of them is open. */
export class SortedQueries {
  private readonly queries = new Map<string, SortedQuery>()

  feed(name: string, rows: Feed<Item>, compare: (a: Item, b: Item) => number, start: number, end: number): Feed<Item> {
    return new Observable<FeedEvent<Item>>((out) => {
      turns.join(() => {
        let query = this.queries.get(name)
        if (query === undefined) {
          const opened: SortedQuery = new SortedQuery(rows, compare, () => {
            if (this.queries.get(name) === opened) this.queries.delete(name)
          })
          this.queries.set(name, (query = opened))
        }
        query.attach(out, start, end)
      })
    })
  }
}
