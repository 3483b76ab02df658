import { ArgumentError, DeniedError, LimitError, MissingError, type RachisError } from '../../errors.js'
import type { Cursor } from '../../streams/cursor.js'
import type { Key } from '../../streams/event.js'
import type { Page, PageRange } from '../../streams/node.js'
import type { Channel } from './channel.js'
import type { Item, Write } from './channel-store.js'
import { Frame } from './frame.js'
import { type Group } from './group.js'
import { byeLine, goneLine, markLine, pingLine } from './lines.js'
import { type Link, Outlet } from './outlet.js'
import type { SharedQuery } from './shared-query.js'
import { isInternal } from './told-error.js'
import type { KnownState, Subscription } from './subscription.js'

/** Who a connection is, as the application's `authenticate` says. */
export interface Identity<U> {
  readonly user: U
  /** When the credentials expire; before that the client is to renew them. */
  readonly expires?: Date
}

/** What a connection needs of the hub. */
export interface ConnectionHost {
  channel(name: string): Channel
  /** The shared query, opened if need be; `connection` is among its members until `leave`. */
  join(connection: Connection, channel: Channel, query: ReturnType<Channel['authorize']>): SharedQuery
  leave(connection: Connection, query: SharedQuery): void
  /** Throws `LimitError` if the user of `connection` has no right to one query more, which this is unless they have it already. */
  admit(connection: Connection, channel: Channel, query: ReturnType<Channel['authorize']>): void
  /** `connection` gets the turns of `queries` from now on. */
  regroup(connection: Connection, left: Group | undefined, queries: ReadonlySet<SharedQuery>): Group | undefined
  flush(): void
  /** Something failed that the client can't be told. */
  report(error: unknown): void
  identified(connection: Connection): void
  closed(connection: Connection): void
}

/** Limits on what clients hold open. */
export interface ConnectionLimits {
  /** Subscriptions of one connection. Default 200. */
  readonly subscriptions: number
  /**
   * Distinct live queries of one user over all of their connections, so that opening more connections gets nobody more of them. Users are told
   * apart by their `id` or `_id`, or are a text or number; who `authenticate` calls `undefined` is nobody, and limited by `subscriptions` alone.
   * Default 500.
   */
  readonly queriesPerUser: number
  /** Bytes that may wait for the network of one connection before turns are put together instead. Default 1 MiB. */
  readonly buffered: number
}

/** How long after their expiry credentials are still good, while they are being renewed. */
const graceMs = 15_000
const longestWait = 2 ** 31 - 1
/** More touched keys than this are not worth looking up: the snapshot is sent. */
const resumableKeys = 5_000

/** One client: who it is, its subscriptions, its calls. What calls reject with is meant for the client. */
export class Connection {
  user: unknown
  identified = false
  ended = false
  readonly outlet: Outlet
  private readonly subscriptions = new Map<number, Subscription>()
  private group: Group | undefined
  private expiry: NodeJS.Timeout | undefined

  constructor(
    readonly id: string,
    private readonly host: ConnectionHost,
    link: Link,
    private readonly limits: ConnectionLimits,
  ) {
    this.outlet = new Outlet(
      link,
      limits.buffered,
      () => {
        host.flush()
      },
      (query) =>
        [...this.subscriptions.values()]
          .filter((subscription) => subscription.query === query && subscription.begun)
          .flatMap(({ sid }) => query.snapshot(sid)),
    )
  }

  /** Sets or changes who this is, and judges all subscriptions anew. */
  identify({ user, expires }: Identity<unknown>): void {
    this.user = user
    clearTimeout(this.expiry)
    if (expires !== undefined) this.awaitExpiry(expires)
    const known = this.identified
    this.identified = true
    this.host.identified(this)
    if (known) this.recheck()
  }

  /** A timer can't wait longer than 25 days. */
  private awaitExpiry(expires: Date): void {
    const left = expires.getTime() + graceMs - Date.now()
    this.expiry = setTimeout(
      () => {
        if (left > longestWait) this.awaitExpiry(expires)
        else this.bye(new DeniedError('the credentials have expired'))
      },
      Math.min(left, longestWait),
    ).unref()
  }

  /** Judges all subscriptions anew: what is no longer allowed goes, what is allowed otherwise is sent as it is now. */
  recheck(): void {
    for (const subscription of [...this.subscriptions.values()]) {
      try {
        const channel = this.host.channel(subscription.channel)
        const query = this.host.join(this, channel, channel.authorize(this.user, subscription.input))
        const before = subscription.query
        if (query === before) continue
        subscription.query = query
        subscription.begun = false
        subscription.known = undefined
        this.release(before)
        this.start(subscription)
      } catch (error) {
        if (isInternal(error)) this.host.report(error)
        this.gone(subscription, error)
      }
    }
  }

  /** Adds a subscription; `start` sends what it has to get. */
  subscribe(sid: number, channelName: string, input: unknown, known: KnownState | undefined): Subscription {
    if (this.subscriptions.has(sid)) throw new ArgumentError(`subscribe: the number ${sid} is in use on this connection`)
    const { subscriptions: most } = this.limits
    if (this.subscriptions.size >= most) throw new LimitError(`a connection can have ${most} subscriptions`, 'subscriptions', most)
    const channel = this.host.channel(channelName)
    const authorized = channel.authorize(this.user, input)
    this.host.admit(this, channel, authorized)
    const query = this.host.join(this, channel, authorized)
    const subscription: Subscription = { sid, channel: channelName, input, query, known, begun: false }
    this.subscriptions.set(sid, subscription)
    return subscription
  }

  /** Brings a subscription up to date, now or when its query is ready; from then on it gets what happens. */
  start(subscription: Subscription): void {
    this.outlet.inOrder(() => {
      this.startNow(subscription)
    })
  }

  /** The query of each of its subscriptions. */
  *queries(): Iterable<SharedQuery> {
    for (const { query } of this.subscriptions.values()) yield query
  }

  unsubscribe(sid: number): void {
    const subscription = this.subscriptions.get(sid)
    if (subscription === undefined) throw new MissingError(`unsubscribe: there is no subscription ${sid}`)
    this.remove(subscription)
  }

  async write(channelName: string, write: Write): Promise<{ id: Key; cursor: Cursor }> {
    const channel = this.host.channel(channelName)
    const id = await channel.write(this.user, write)
    const cursor = channel.cursor()
    this.host.flush()
    return { id, cursor }
  }

  async get(channelName: string, id: Key): Promise<Item | undefined> {
    return this.host.channel(channelName).get(this.user, id)
  }

  async page(channelName: string, range: PageRange): Promise<Page<Item>> {
    return this.host.channel(channelName).page(this.user, range)
  }

  /** What happened to a query: it is ready, or it has ended. */
  queryChanged(query: SharedQuery): void {
    for (const subscription of [...this.subscriptions.values()]) {
      if (subscription.query !== query) continue
      if (query.ended) this.gone(subscription, query.error)
      else if (!subscription.begun) this.start(subscription)
    }
  }

  ping(): void {
    // The ping's position must not be ahead of what has been sent.
    this.host.flush()
    if (this.outlet.slowSince === 0) this.outlet.send(Frame.of(pingLine(this.group?.cursor() ?? {})))
  }

  /** Says why, and closes. */
  bye(error: RachisError): void {
    if (this.ended) return
    this.outlet.link.send(Frame.of(byeLine(error)))
    this.outlet.link.close()
    this.end()
  }

  /** Releases everything; the link is gone or going. */
  end(): void {
    if (this.ended) return
    this.ended = true
    clearTimeout(this.expiry)
    for (const subscription of [...this.subscriptions.values()]) this.remove(subscription)
    this.host.closed(this)
  }

  private startNow(subscription: Subscription): void {
    if (!this.isWaiting(subscription)) return
    const { query, known } = subscription
    if (query.ended) {
      this.gone(subscription, query.error)
      return
    }
    if (!query.ready) return
    this.host.flush()
    // The flush may just have told that the query is ready, and then this has been done.
    if (!this.isWaiting(subscription)) return
    if (known === undefined || known.queryHash !== query.queryHash) this.begin(subscription, undefined)
    else {
      const keys = query.touchedSince(known.cursor)
      if (keys !== undefined || query.windowed) this.begin(subscription, keys)
      else void this.lookUp(subscription, known)
    }
  }

  private isWaiting(subscription: Subscription): boolean {
    return !subscription.begun && this.subscriptions.get(subscription.sid) === subscription
  }

  private begin(subscription: Subscription, keys: Set<Key> | undefined): void {
    subscription.begun = true
    subscription.known = undefined
    this.regroup()
    const { sid, query } = subscription
    if (keys !== undefined) this.outlet.send(query.resumption(sid, keys))
    else for (const frame of [...query.snapshot(sid), Frame.of(markLine(query.cursor()))]) this.outlet.send(frame)
  }

  /** Asks the store what changed since, where the query itself no longer knows. */
  private async lookUp(subscription: Subscription, known: KnownState): Promise<void> {
    const { query } = subscription
    const asked = query.cursor()
    let keys: Set<Key> | undefined
    try {
      const touched = await query.channel.touchedSince(query.query, known.cursor, resumableKeys)
      if (touched !== undefined) keys = new Set(touched)
    } catch {
      // The store can't say: the snapshot can.
    }
    this.outlet.inOrder(() => {
      if (!this.isWaiting(subscription) || subscription.query !== query || query.ended) return
      this.host.flush()
      const meanwhile = query.touchedSince(asked)
      if (meanwhile === undefined) keys = undefined
      else for (const key of meanwhile) keys?.add(key)
      this.begin(subscription, keys)
    })
  }

  private gone(subscription: Subscription, error: unknown): void {
    this.remove(subscription)
    this.outlet.inOrder(() => {
      this.outlet.send(Frame.of(goneLine(subscription.sid, error)))
    })
  }

  private remove(subscription: Subscription): void {
    if (!this.subscriptions.delete(subscription.sid)) return
    this.release(subscription.query)
  }

  private release(query: SharedQuery): void {
    this.regroup()
    for (const { query: used } of this.subscriptions.values()) if (used === query) return
    this.outlet.forget(query)
    this.host.leave(this, query)
  }

  private regroup(): void {
    const begun = new Set<SharedQuery>()
    for (const subscription of this.subscriptions.values()) if (subscription.begun) begun.add(subscription.query)
    this.group = this.host.regroup(this, this.group, begun)
  }
}
