import type { Subscriber } from 'rxjs'
import { LimitError } from '../../errors.js'
import type { Position } from '../../streams/cursor.js'
import { absent, commitAt, difference, type FeedEvent, type Key, publishEvent, resetEvent } from '../../streams/event.js'
import { turns } from '../../streams/internal/turns.js'
import { compileFilter, type Filter } from '../../streams/query.js'
import type { ChangeRecord } from './change-source.js'
import type { CollectionFeeds, ItemsRead } from './collection-feeds.js'
import { type Item, keyOf, toItem } from './items.js'

interface Sink {
  readonly out: Subscriber<FeedEvent<Item>>
  /** It has the snapshot. */
  begun: boolean
  /** It has had a commit since its snapshot. */
  ready: boolean
}

/**
 * One filter on one collection, live: its result in memory for as long as somebody listens, so that who comes later asks no store.
 *
 * The handover loses and doubles nothing: it listens first, then reads at a position, and of what it heard meanwhile it applies only what
 * is newer than that.
 */
export class LiveQuery {
  readonly items = new Map<Key, Item>()
  /** What was read contains every transaction up to here. */
  private from: Position = ''
  private state: 'new' | 'reading' | 'live' | 'closed' = 'new'
  private readings = 0
  private heard: ChangeRecord[] = []
  private withheld = false
  private sinks: readonly Sink[] = []
  private readonly matches: (item: Item) => boolean

  constructor(
    private readonly home: CollectionFeeds,
    private readonly filter: Filter<Item>,
    private readonly maxRows: number,
    private readonly closed: () => void,
  ) {
    this.matches = compileFilter(filter, { allowRegExp: true })
  }

  /** It holds all items of the collection, as of what the root has reached. */
  get isWhole(): boolean {
    return this.state === 'live' && !this.withheld && this.from <= this.home.root.reached && Object.keys(this.filter).length === 0
  }

  attach(out: Subscriber<FeedEvent<Item>>): void {
    const sink: Sink = { out, begun: false, ready: false }
    this.sinks = [...this.sinks, sink]
    out.add(() => {
      this.detach(sink)
    })
    if (this.state === 'live') this.begin(sink)
    else if (this.state === 'new') this.read()
  }

  /** A change while reading. */
  hear(change: ChangeRecord): void {
    this.heard.push(change)
  }

  /** One change of the transaction that is being sent; `item` is missing if the document is gone. */
  update(position: Position, key: Key, item: Item | undefined): void {
    if (this.state === 'live' && position > this.from) this.put(key, item)
  }

  /** Every item goes: the collection was dropped. */
  drop(position: Position): void {
    if (this.state === 'live' && position > this.from) for (const key of [...this.items.keys()]) this.put(key, undefined)
  }

  /** What was sent is whole. */
  commit(touched: boolean): void {
    const { root } = this.home
    if (this.withheld && root.reached < this.from) {
      root.await(this)
      return
    }
    this.withheld = false
    const commit = commitAt(root.markAt(this.from), 0)
    for (const sink of this.sinks) {
      if (!sink.begun || (!touched && sink.ready)) continue
      sink.ready = true
      sink.out.next(commit)
    }
  }

  /** The history is lost: reads anew and sends the difference. */
  refresh(): void {
    if (this.state === 'live' || this.state === 'reading') this.read()
  }

  private detach(sink: Sink): void {
    this.sinks = this.sinks.filter((other) => other !== sink)
    if (this.sinks.length > 0 || this.state === 'closed') return
    this.state = 'closed'
    this.closed()
    this.items.clear()
    this.heard = []
  }

  private read(): void {
    this.state = 'reading'
    this.heard = []
    this.home.startReading(this)
    const reading = ++this.readings
    const current = (): boolean => this.state === 'reading' && this.readings === reading
    try {
      const read = this.home.read(this.filter)
      if (!(read instanceof Promise)) {
        this.fill(read, true)
        return
      }
      read.then(
        (result) => {
          turns.run(() => {
            if (current()) this.fill(result, false)
          })
        },
        (error: unknown) => {
          if (current()) this.fail(error)
        },
      )
    } catch (error) {
      this.fail(error)
    }
  }

  private fill(read: ItemsRead, synchronous: boolean): void {
    const { root } = this.home
    const gone = new Set(this.items.keys())
    for (const [key, item] of read.items) {
      gone.delete(key)
      this.put(key, item)
      if (!this.isOpen()) return
    }
    for (const key of gone) this.put(key, undefined)
    this.from = read.position
    this.state = 'live'
    this.home.endReading(this)
    for (const change of this.heard) if (change.position > this.from) this.replay(change)
    this.heard = []
    if (!this.isOpen()) return
    // Read in the middle of turns: it holds transactions that other feeds have yet to be told of, and is ready when they have been.
    this.withheld = synchronous && this.from > root.reached
    if (this.withheld) this.releaseLater()
    if (root.sending) root.touch(this)
    else this.commit(true)
    for (const sink of this.sinks) if (!sink.begun) this.begin(sink)
  }

  /** Or when the running turns are over: what lies between may be of no concern to this root. */
  private releaseLater(): void {
    queueMicrotask(() => {
      turns.run(() => {
        if (!this.withheld || this.state !== 'live') return
        this.withheld = false
        this.commit(false)
      })
    })
  }

  private isOpen(): boolean {
    return this.state !== 'closed'
  }

  private replay(change: ChangeRecord): void {
    if (change.operation === 'drop') this.drop(change.position)
    else if (change.operation === 'delete') this.put(keyOf(change.id), undefined)
    else if (change.document !== undefined) this.put(keyOf(change.id), toItem(change.document))
  }

  private begin(sink: Sink): void {
    const { out } = sink
    const { root } = this.home
    sink.begun = true
    out.next(resetEvent('subscribed'))
    for (const [key, item] of this.items) {
      if (out.closed) return
      out.next(publishEvent(key, item))
    }
    if (this.withheld || root.sending) {
      root.await(this)
      return
    }
    sink.ready = true
    out.next(commitAt(root.markAt(this.from), 0))
  }

  /** Holds or drops one item and tells those who have the snapshot. */
  private put(key: Key, item: Item | undefined): void {
    const before = this.items.get(key)
    const after = item !== undefined && this.matches(item) ? item : undefined
    const event = difference<Item>(key, before ?? absent, after ?? absent)
    if (event === undefined) return
    // Who joins while this is sent has the new state in its snapshot: only those who were there are told.
    const { sinks } = this
    if (after === undefined) {
      this.items.delete(key)
      this.home.release(key, this)
    } else {
      this.items.set(key, after)
      this.home.hold(key, after, this, before === undefined)
      if (this.items.size > this.maxRows) {
        this.fail(
          new LimitError(
            `the query has more than ${this.maxRows} rows: narrow its filter, or ask for a window with sort and limit`,
            'rows',
            this.maxRows,
          ),
        )
        return
      }
    }
    if (this.home.root.sending) this.home.root.touch(this)
    for (const sink of sinks) if (sink.begun) sink.out.next(event)
  }

  private fail(error: unknown): void {
    for (const { out } of this.sinks) out.error(error)
  }
}
