import { Subscriber } from 'rxjs'
import type { Feed, FeedEvent, Key } from '../../streams/event.js'
import { randomId } from '../../streams/internal/random-id.js'
import type { FeedNode, Known, NodeOptions, Page, PageRange } from '../../streams/node.js'
import { fields as cutFields } from '../../streams/operators/fields.js'
import { type Query, queryHash } from '../../streams/query.js'
import { decodeItem, encodeItem } from '../../streams/transports/dnode/item-codec.js'
import { QueryFeeds, type Upstream } from '../../streams/transports/query-feeds.js'
import { Replica } from '../../streams/transports/replica.js'
import type { Channel } from './channel.js'
import type { Item, Write } from './channel-store.js'

/** A channel as a node, with the rights of one user. */
export class InProcessNode<T extends object> implements FeedNode<T> {
  private readonly copies = new Set<Copy<T>>()
  private readonly feeds = new QueryFeeds<T>((query, known, ended) => this.copy(query, known, ended))

  constructor(
    readonly name: string,
    private readonly options: NodeOptions,
    private readonly user: unknown,
    /** The channel; throws if there is none, or the transport is closed. */
    private readonly open: () => Channel,
    /** Runs the writes of the transport one after the other. */
    private readonly inOrder: <R>(write: () => Promise<R>) => Promise<R>,
  ) {}

  feed(query?: Query<T>, options?: { readonly known?: Known<T> }): Feed<T> {
    return this.feeds.feed(query, options)
  }

  async publish(item: T, { id, create = false }: { readonly id?: Key; readonly create?: boolean } = {}): Promise<Key> {
    return this.write({ type: 'publish', write: randomId(), id, item: carried(item), create })
  }

  async patch(id: Key, set: Partial<T>, { unset = [] }: { readonly unset?: readonly string[] } = {}): Promise<void> {
    await this.write({ type: 'patch', write: randomId(), id, set: carried(set), unset: [...unset] })
  }

  async retract(id: Key): Promise<void> {
    await this.write({ type: 'retract', write: randomId(), id })
  }

  async get(id: Key): Promise<T | undefined> {
    return (await this.open().get(this.user, id)) as T | undefined
  }

  async page(range: PageRange = {}): Promise<Page<T>> {
    return (await this.open().page(this.user, range)) as Page<T>
  }

  /** Completes all feeds. */
  close(): void {
    for (const copy of [...this.copies]) copy.complete()
  }

  private write(write: Write): Promise<Key> {
    const channel = this.open()
    return this.inOrder(() => channel.write(this.user, write))
  }

  private copy(query: Query<T>, known: Known<T> | undefined, ended: () => void): Copy<T> {
    const channel = this.open()
    const authorized = channel.authorize(this.user, query)
    const { fields } = authorized
    const items = channel.feed(authorized)
    const feed = fields === undefined ? items : (items.pipe(cutFields(...fields)) as Feed<Item>)
    const copy: Copy<T> = new Copy(feed as unknown as Feed<T>, queryHash(query), this.options, known, () => {
      if (this.copies.delete(copy)) ended()
    })
    this.copies.add(copy)
    return copy
  }
}

/** A copy of `value` as it would come over a wire. Throws `ArgumentError` for what no wire can carry. */
function carried(value: object): Item {
  return decodeItem(JSON.parse(JSON.stringify(encodeItem(value)))) as Item
}

/** What all subscribers of one query share. */
class Copy<T extends object> implements Upstream<T> {
  private readonly replica: Replica<T>
  private upstream: Subscriber<FeedEvent<T>> | undefined

  constructor(
    private readonly feed: Feed<T>,
    private readonly hash: string,
    { diff = true }: NodeOptions,
    known: Known<T> | undefined,
    private readonly ended: () => void,
  ) {
    const start = known && { known: { items: known.items, point: { cursor: known.cursor, queryHash: known.queryHash } } }
    this.replica = new Replica<T>({ diff, ...start }, () => {
      this.release()
    })
  }

  join(out: Subscriber<FeedEvent<T>>): void {
    this.replica.attach(out)
    if (this.upstream !== undefined) return
    this.upstream = new Subscriber<FeedEvent<T>>({
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
    })
    this.feed.subscribe(this.upstream)
  }

  known(): Known<T> | undefined {
    const { point, items } = this.replica.recovery
    return point && { ...point, items }
  }

  complete(): void {
    this.release()
    this.replica.complete()
  }

  private release(): void {
    this.upstream?.unsubscribe()
    this.ended()
  }

  private receive(event: FeedEvent<T>): void {
    const { recovery } = this.replica
    switch (event.type) {
      case 'reset':
        recovery.begin(event.reason, this.hash)
        return
      case 'commit':
        if (!this.replica.prepare()) return
        recovery.reach(event.cursor)
        this.replica.send()
        this.replica.close(event)
        return
      case 'retract':
        recovery.remove(event.id)
        return
      default:
        recovery.put(event.id, event.item)
    }
  }
}
