import type { Feed, Key } from '../../event.js'
import { randomId } from '../../internal/random-id.js'
import type { FeedNode, Known, NodeOptions, Page, PageRange } from '../../node.js'
import type { Query } from '../../query.js'
import { QueryFeeds, type Upstream } from '../query-feeds.js'
import { encodeItem } from './item-codec.js'
import type { CallArgs, CallResult } from './protocol.js'
import type { SubscriptionRequest } from './subscriptions.js'

export type WriteName = 'publish' | 'patch' | 'retract'
export type ReadName = 'get' | 'page'

/** The transport as its nodes see it. */
export interface DnodeLink {
  subscribe(request: SubscriptionRequest): Upstream<object>
  write<C extends WriteName>(name: C, args: CallArgs<C>): Promise<CallResult<C>>
  read<C extends ReadName>(name: C, args: CallArgs<C>): Promise<CallResult<C>>
}

/** A channel of the server. */
export class DnodeNode<T extends object> implements FeedNode<T> {
  private readonly feeds: QueryFeeds<T>

  constructor(
    readonly name: string,
    { diff = true }: NodeOptions,
    private readonly link: DnodeLink,
  ) {
    this.feeds = new QueryFeeds((query, known, ended) => {
      const start = known && { known: { items: known.items, point: { cursor: known.cursor, queryHash: known.queryHash } } }
      return link.subscribe({ channel: name, query: this.wire(query), recovery: { diff, ...start }, ended }) as unknown as Upstream<T>
    })
  }

  feed(query?: Query<T>, options?: { readonly known?: Known<T> }): Feed<T> {
    return this.feeds.feed(query, options)
  }

  async publish(item: T, { id, create }: { readonly id?: Key; readonly create?: boolean } = {}): Promise<Key> {
    const options = { ...(id !== undefined && { id }), ...(create !== undefined && { create }) }
    const result = await this.link.write('publish', { write: randomId(), channel: this.name, item: this.wire(item), ...options })
    return result.id
  }

  async patch(id: Key, set: Partial<T>, { unset }: { readonly unset?: readonly string[] } = {}): Promise<void> {
    const options = unset === undefined ? {} : { unset: [...unset] }
    await this.link.write('patch', { write: randomId(), channel: this.name, id, set: this.wire(set), ...options })
  }

  async retract(id: Key): Promise<void> {
    await this.link.write('retract', { write: randomId(), channel: this.name, id })
  }

  async get(id: Key): Promise<T | undefined> {
    const { item } = await this.link.read('get', { channel: this.name, id })
    return item as T | undefined
  }

  async page(range: PageRange = {}): Promise<Page<T>> {
    return (await this.link.read('page', { channel: this.name, ...range })) as Page<T>
  }

  /** As it is at this moment: what waits is not altered by what its owner does with it. */
  private wire(value: object): unknown {
    return JSON.parse(JSON.stringify(encodeItem(value)))
  }
}
