import { ArgumentError, MissingError, type RachisError } from '../../../errors.js'
import type { Feed, Key } from '../../event.js'
import { randomId } from '../../internal/random-id.js'
import { turns } from '../../internal/turns.js'
import type { FeedNode, Known, NodeOptions, Page, PageRange } from '../../node.js'
import { canonicalQuery, type Query } from '../../query.js'
import { LocalFeeds } from '../local-feeds.js'
import type { XmppCodec } from './codecs/codec.js'
import { jsonEntry } from './codecs/json-codecs.js'
import { type BadItem, ItemReader } from './item-reader.js'
import { configFields, type NodeConfig } from './node-config.js'
import { NodeMirror } from './node-mirror.js'
import { NodeWriter } from './node-writer.js'
import type { PubsubEvent } from './pubsub-events.js'
import type { XmppRoot } from './root.js'
import type { XmppSession } from './session.js'

/** How a node is read and written. */
export interface XmppNodeOptions<T extends object> extends NodeOptions {
  /** The JID of the service that has the node; a bare JID of an account for its PEP nodes. Default: the transport's. */
  readonly service?: string
  /** How items are written as XML and read. Default `jsonEntry()`. */
  readonly codec?: XmppCodec<T>
  /** Create the node if it isn't there, with this configuration. Default: a node that isn't there is a `MissingError`. */
  readonly create?: boolean | NodeConfig
  /** The server makes the ids of items that are published without one. A write whose answer was lost can't be told from one that was not done then. Default `false`: they are made here. */
  readonly serverIds?: boolean
  /** What every publish asks of the node (XEP-0060 7.1.5): another configuration is a `ConflictError`, a service that has no publish-options a `MissingError`; nothing is published then. */
  readonly publishOptions?: NodeConfig
  /** `false` where events come without a subscription: PEP nodes that entity capabilities ask for (`notify` of the transport). Default `true`. */
  readonly subscribe?: boolean
  /** Milliseconds between two readings of everything, for what can't be seen live: items that the server drops without a word. 0 for none. Default 300,000. */
  readonly refresh?: number
  /**
   * How many items one request asks for where the server has pages. Without, everything is asked for at once, which is faster (ejabberd takes more than twice the time for pages) and
   * of one moment; if that is too much for the server or its time-out, pages of 1,000.
   */
  readonly pageSize?: number
  /** Hears of items that can't be read; the feed goes on without them. Default: the transport's. */
  readonly onBadItem?: (bad: BadItem) => void
}

/** The transport as its nodes see it. */
export interface XmppLink {
  readonly session: XmppSession
  readonly root: XmppRoot
  /** Milliseconds to wait for the echo of a write. */
  readonly echo: number
  online(): boolean
  closed(): boolean
  read<R>(what: string, read: () => Promise<R>): Promise<R>
  write<R>(write: () => Promise<R>): Promise<R>
  /** Resolves if there is the node, or it could be created as `create` says. */
  ensure(service: string, node: string, create: XmppNodeOptions<never>['create']): Promise<void>
  /** It turned out that there is no such node. */
  forget(service: string, node: string): void
}

/** A node of a publish-subscribe service. */
export class XmppNode<T extends object> implements FeedNode<T> {
  private readonly reader: ItemReader<T>
  private readonly mirror: NodeMirror<T>
  private readonly writer: NodeWriter<T>
  private readonly feeds: LocalFeeds<T>

  constructor(
    readonly name: string,
    readonly service: string,
    private readonly options: XmppNodeOptions<T> & { readonly onBadItem: (bad: BadItem) => void },
    private readonly link: XmppLink,
  ) {
    const { session, root, echo } = link
    const online = (): boolean => link.online()
    const closed = (): boolean => link.closed()
    const forget = (): void => {
      link.forget(service, name)
    }
    const {
      codec = jsonEntry<T>(),
      diff = true,
      subscribe = true,
      refresh = 300_000,
      pageSize,
      onBadItem,
      publishOptions,
      create,
    } = options
    const at = { service, node: name, codec }
    const maxItems = typeof create === 'object' ? Number(create.maxItems ?? Infinity) : Infinity
    this.reader = new ItemReader(session, { ...at, pageSize, onBadItem })
    this.mirror = new NodeMirror(
      session,
      root,
      this.reader,
      { ...at, diff, subscribe, refresh, maxItems, online, closed, ensure: () => this.ensure(), forget },
      () => {
        this.feeds.attach()
      },
    )
    this.writer = new NodeWriter(session, this.reader, this.mirror, {
      ...at,
      publishOptions: publishOptions && configFields(publishOptions),
      echo,
    })
    this.feeds = new LocalFeeds<T>({ feed: () => this.mirror.feed, online, closed }, { diff })
  }

  feed(query?: Query<T>, options?: { readonly known?: Known<T> }): Feed<T> {
    // The same for all, without a copy of everything.
    if (!options?.known && canonicalQuery(query ?? {}) === canonicalQuery({})) return this.mirror.feed
    return this.feeds.feed(query, options)
  }

  async publish(item: T, options: { readonly id?: Key; readonly create?: boolean } = {}): Promise<Key> {
    if (options.id === '') throw new ArgumentError('publish: an id must have at least one character')
    const encoded = this.writer.encode(item)
    if (options.id === undefined && this.options.serverIds) return this.write(() => this.writer.add(encoded))
    const { id = randomId(), create = false } = options
    await this.write(() => (create ? this.writer.create(id, encoded) : this.writer.publish(id, encoded)))
    return id
  }

  async patch(id: Key, set: Partial<T>, { unset = [] }: { readonly unset?: readonly string[] } = {}): Promise<void> {
    const at = { ...set }
    await this.write(() => this.writer.patch(id, at, unset))
  }

  async retract(id: Key): Promise<void> {
    await this.write(() => this.writer.retract(id), false)
  }

  async get(id: Key): Promise<T | undefined> {
    const [entry] = await this.link.read(`get ${id}`, () => this.reader.some([id]))
    return entry?.[1]
  }

  page(range: PageRange = {}): Promise<Page<T>> {
    return this.link.read(`a page of ${this.name}`, () => this.reader.page(range))
  }

  /** @internal An event of the server. */
  receive(event: PubsubEvent): void {
    turns.run(() => {
      this.mirror.receive(event)
    })
  }

  /** @internal A new stream: the server knows nothing of the one before. Queries that began meanwhile wait until everything has been read. */
  connected(): void {
    if (this.mirror.active) this.mirror.connected()
    else this.resumed()
  }

  /** @internal The old stream goes on: what began meanwhile can begin. */
  resumed(): void {
    this.mirror.resumed()
    turns.run(() => {
      this.feeds.attach()
    })
  }

  /** @internal Ends all feeds, with `error` or complete. */
  end(error?: RachisError): void {
    this.mirror.end(error)
    this.feeds.close(error)
  }

  /** Writes wait for each other up to here, so that they go out in the order of their calls. */
  private write<R>(write: () => Promise<R>, publishes = true): Promise<R> {
    return this.link.write(async () => {
      await this.ensure()
      await this.writer.permit(publishes)
      try {
        return await write()
      } catch (error) {
        // Perhaps it was the node: the next write looks.
        if (error instanceof MissingError) this.link.forget(this.service, this.name)
        throw error
      }
    })
  }

  private ensure(): Promise<void> {
    return this.link.ensure(this.service, this.name, this.options.create)
  }
}
