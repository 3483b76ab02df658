import { Subscriber } from 'rxjs'
import { ConnectionError } from '../../errors.js'
import type { Commit, Feed, FeedEvent } from '../event.js'
import type { Known, NodeOptions } from '../node.js'
import { query as runQuery } from '../operators/query.js'
import { type Query, queryHash } from '../query.js'
import { QueryFeeds, type Upstream } from './query-feeds.js'
import { Replica } from './replica.js'

/** What has all items of a node that can't run a query. */
export interface LocalItems<T extends object> {
  /** All items, live. What it throws or fails with ends the feeds. */
  feed(): Feed<T>
  /** New queries may begin. */
  online(): boolean
  closed(): boolean
}

/** The feeds of a node whose queries run in the client. */
export class LocalFeeds<T extends object> {
  private readonly copies = new Set<Copy<T>>()
  private readonly feeds = new QueryFeeds<T>((query, known, ended) => this.open(query, known, ended))

  constructor(
    private readonly items: LocalItems<T>,
    private readonly options: NodeOptions,
  ) {}

  feed(query?: Query<T>, options?: { readonly known?: Known<T> }): Feed<T> {
    return this.feeds.feed(query, options)
  }

  /** In the running turn, queries that have no upstream begin. */
  attach(): void {
    for (const copy of this.copies) copy.attach()
  }

  /** All queries stop where they are. */
  detach(): void {
    for (const copy of this.copies) copy.detach()
  }

  /** Ends all feeds, with `error` or complete. */
  close(error?: unknown): void {
    for (const copy of [...this.copies]) copy.end(error)
  }

  private open(query: Query<T>, known: Known<T> | undefined, ended: () => void): Copy<T> {
    if (this.items.closed()) throw new ConnectionError('the transport is closed')
    const copy: Copy<T> = new Copy(query, this.options, known, this.items, () => {
      if (this.copies.delete(copy)) ended()
    })
    this.copies.add(copy)
    return copy
  }
}

/** The one upstream subscription of a query. */
class Copy<T extends object> implements Upstream<T> {
  private readonly replica: Replica<T>
  private upstream: Subscriber<FeedEvent<T>> | undefined
  private readonly hash: string

  constructor(
    private readonly query: Query<T>,
    { diff = true }: NodeOptions,
    known: Known<T> | undefined,
    private readonly items: LocalItems<T>,
    private readonly ended: () => void,
  ) {
    this.hash = queryHash(query)
    const start = known && { known: { items: known.items, point: { cursor: known.cursor, queryHash: known.queryHash } } }
    this.replica = new Replica<T>({ diff, ...start }, () => {
      this.detach()
      ended()
    })
  }

  join(out: Subscriber<FeedEvent<T>>): void {
    this.replica.attach(out)
    if (this.items.online()) this.attach()
  }

  known(): Known<T> | undefined {
    const { point, items } = this.replica.recovery
    return point && { ...point, items }
  }

  attach(): void {
    if (this.upstream) return
    const upstream = (this.upstream = new Subscriber<FeedEvent<T>>({
      next: (event: FeedEvent<T>) => {
        this.receive(event)
      },
      error: (error: unknown) => {
        this.end(error)
      },
      complete: () => {
        this.end()
      },
    }))
    try {
      runQuery<T>(this.query)(this.items.feed()).subscribe(upstream)
    } catch (error) {
      upstream.error(error)
    }
  }

  detach(): void {
    this.upstream?.unsubscribe()
    this.upstream = undefined
    this.replica.recovery.interrupt()
  }

  end(error?: unknown): void {
    this.detach()
    this.ended()
    if (error === undefined) this.replica.complete()
    else this.replica.fail(error)
  }

  private receive(event: FeedEvent<T>): void {
    const { recovery } = this.replica
    switch (event.type) {
      case 'reset':
        recovery.begin('reconnected', this.hash)
        return
      case 'commit':
        this.commit(event)
        return
      case 'retract':
        recovery.remove(event.id)
        return
      default:
        recovery.put(event.id, event.item)
    }
  }

  private commit(commit: Commit): void {
    if (!this.replica.prepare()) return
    this.replica.recovery.reach(commit.cursor)
    this.replica.send()
    this.replica.close(commit)
  }
}
