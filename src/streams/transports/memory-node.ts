import { Subscriber } from 'rxjs'
import { ConnectionError } from '../../errors.js'
import type { Commit, Feed, FeedEvent, Key } from '../event.js'
import type { FeedNode, Known, NodeOptions, Page, PageRange } from '../node.js'
import { query as runQuery } from '../operators/query.js'
import { type Query, queryHash } from '../query.js'
import type { MemoryItems } from './memory-store.js'
import { QueryFeeds, type Upstream } from './query-feeds.js'
import { Replica } from './replica.js'

/** The transport as its nodes see it. */
export interface MemoryLink<T extends object> {
  items(): MemoryItems<T>
  online(): boolean
  closed(): boolean
  read<R>(read: () => R): Promise<R>
  write(write: () => Promise<unknown>): Promise<unknown>
}

/** A node of a `MemoryTransport`. */
export class MemoryNode<T extends object> implements FeedNode<T> {
  private readonly copies = new Set<Copy<T>>()
  private readonly feeds = new QueryFeeds<T>((query, known, ended) => this.open(query, known, ended))

  constructor(
    readonly name: string,
    private readonly options: NodeOptions,
    private readonly link: MemoryLink<T>,
  ) {}

  feed(query?: Query<T>, options?: { readonly known?: Known<T> }): Feed<T> {
    return this.feeds.feed(query, options)
  }

  async publish(item: T, { id, create = false }: { readonly id?: Key; readonly create?: boolean } = {}): Promise<Key> {
    return (await this.link.write(() => this.write((items) => items.publish(item, id, create)))) as Key
  }

  async patch(id: Key, set: Partial<T>, { unset }: { readonly unset?: readonly string[] } = {}): Promise<void> {
    await this.link.write(() => this.write((items) => items.patch(id, set, unset)))
  }

  async retract(id: Key): Promise<void> {
    await this.link.write(() => this.write((items) => items.retract(id)))
  }

  get(id: Key): Promise<T | undefined> {
    return this.link.read(() => this.link.items().get(id))
  }

  page(range: PageRange = {}): Promise<Page<T>> {
    return this.link.read(() => this.link.items().page(range))
  }

  /** The connection is back: in the running turn all feeds catch up. */
  attach(): void {
    for (const copy of this.copies) copy.attach()
  }

  detach(): void {
    for (const copy of this.copies) copy.detach()
  }

  close(): void {
    for (const copy of [...this.copies]) copy.complete()
  }

  private async write<R>(write: (items: MemoryItems<T>) => Promise<R>): Promise<R> {
    return write(this.link.items())
  }

  private open(query: Query<T>, known: Known<T> | undefined, ended: () => void): Copy<T> {
    if (this.link.closed()) throw new ConnectionError('the transport is closed')
    const copy: Copy<T> = new Copy(query, this.options, known, this.link, () => {
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
    private readonly link: MemoryLink<T>,
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
    if (this.upstream === undefined && this.link.online()) this.attach()
  }

  known(): Known<T> | undefined {
    const { point, items } = this.replica.recovery
    return point && { ...point, items }
  }

  attach(): void {
    const upstream = (this.upstream = new Subscriber<FeedEvent<T>>({
      next: (event: FeedEvent<T>) => {
        this.receive(event)
      },
      error: (error: unknown) => {
        this.ended()
        this.replica.fail(error)
      },
      complete: () => {
        this.complete()
      },
    }))
    try {
      runQuery<T>(this.query)(this.link.items().feed).subscribe(upstream)
    } catch (error) {
      upstream.error(error)
    }
  }

  detach(): void {
    this.upstream?.unsubscribe()
    this.upstream = undefined
    this.replica.recovery.interrupt()
  }

  complete(): void {
    this.detach()
    this.ended()
    this.replica.complete()
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
