import type { Feed, Key } from '../event.js'
import type { FeedNode, Known, NodeOptions, Page, PageRange } from '../node.js'
import type { Query } from '../query.js'
import { LocalFeeds } from './local-feeds.js'
import type { MemoryItems } from './memory-store.js'

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
  private readonly feeds: LocalFeeds<T>

  constructor(
    readonly name: string,
    options: NodeOptions,
    private readonly link: MemoryLink<T>,
  ) {
    this.feeds = new LocalFeeds<T>({ feed: () => link.items().feed, online: () => link.online(), closed: () => link.closed() }, options)
  }

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
    this.feeds.attach()
  }

  detach(): void {
    this.feeds.detach()
  }

  close(): void {
    this.feeds.close()
  }

  private async write<R>(write: (items: MemoryItems<T>) => Promise<R>): Promise<R> {
    return write(this.link.items())
  }
}
