import type { Subscriber } from 'rxjs'
import { RachisError } from '../../../errors.js'
import { type Cursor, markOf } from '../../cursor.js'
import { commitAt, type FeedEvent } from '../../event.js'
import { turns } from '../../internal/turns.js'
import type { Known } from '../../node.js'
import type { RecoveryOptions } from '../recovery.js'
import type { Upstream } from '../query-feeds.js'
import { Replica } from '../replica.js'
import type { Connection } from './connection.js'
import type { ServerLine, WireEntries, WireItem } from './protocol.js'
import { fromWireError } from './wire-error.js'

/** What an upstream subscription asks for. */
export interface SubscriptionRequest {
  readonly channel: string
  readonly query: WireItem
  readonly recovery: RecoveryOptions<object>
  /** Called once, when it is over. */
  readonly ended: () => void
}

/** One upstream subscription: it lives as long as it has subscribers, over any number of connections. */
class Subscription implements Upstream<object> {
  readonly replica: Replica<object>
  /** The number that the server gave the query on this connection. */
  qid: number | undefined
  /** The server keeps it up to date: every mark is also its own. */
  live = false

  constructor(
    readonly sid: number,
    readonly request: SubscriptionRequest,
    private readonly owner: Subscriptions,
  ) {
    this.replica = new Replica(request.recovery, () => {
      owner.remove(this)
    })
  }

  join(out: Subscriber<FeedEvent<object>>): void {
    this.replica.attach(out)
  }

  known(): Known<object> | undefined {
    this.owner.settle(this)
    const { point, items } = this.replica.recovery
    return point && { ...point, items }
  }
}

/**
 * All upstream subscriptions of a transport: it takes the lines of the connection and makes each frame one turn of all of them.
 * It is the root that their commits name.
 */
export class Subscriptions {
  private readonly bySid = new Map<number, Subscription>()
  private readonly byQid = new Map<number, Set<Subscription>>()
  private readonly touched = new Set<Subscription>()
  private connection: Connection | undefined
  private cursor: Cursor | undefined
  private count = 0

  open(request: SubscriptionRequest): Upstream<object> {
    const subscription = new Subscription(++this.count, request, this)
    this.bySid.set(subscription.sid, subscription)
    this.subscribe(subscription)
    return subscription
  }

  /** There is a connection: everything is subscribed again, from where it stood. */
  connected(connection: Connection): void {
    this.connection = connection
    for (const subscription of this.bySid.values()) this.subscribe(subscription)
  }

  /** The connection is gone; all states stay as they were at its last mark. */
  disconnected(): void {
    this.connection = undefined
    for (const subscription of this.bySid.values()) {
      this.settle(subscription)
      subscription.live = false
      subscription.qid = undefined
      subscription.replica.recovery.interrupt()
    }
    this.byQid.clear()
    this.touched.clear()
    this.cursor = undefined
  }

  /** A line of the server. */
  receive(line: ServerLine): void {
    switch (line.type) {
      case 'snap':
        this.snap(line)
        return
      case 'put':
        this.put(line.qid, line.items, line.deleted)
        return
      case 'mark':
        this.mark(line.cursor)
        return
      case 'ping':
        // Between two frames: whatever is live has reached it.
        if (this.touched.size === 0) this.reach(line.cursor)
        return
      case 'gone': {
        const subscription = this.bySid.get(line.sid)
        if (subscription !== undefined) this.fail(subscription, fromWireError(line.error))
        return
      }
      case 'bye':
    }
  }

  /** Ends all with `error`, or completes them. */
  end(error?: RachisError): void {
    for (const subscription of [...this.bySid.values()]) this.fail(subscription, error)
  }

  /** @internal Writes down where a live subscription stands. */
  settle(subscription: Subscription): void {
    if (subscription.live && this.cursor !== undefined) subscription.replica.recovery.reach(this.cursor)
  }

  /** @internal Nobody wants it any more. */
  remove(subscription: Subscription): void {
    if (this.forget(subscription)) this.connection?.call('unsubscribe', { sid: subscription.sid }).catch(() => undefined)
  }

  private fail(subscription: Subscription, error: RachisError | undefined): void {
    if (!this.forget(subscription)) return
    if (error === undefined) subscription.replica.complete()
    else subscription.replica.fail(error)
  }

  private forget(subscription: Subscription): boolean {
    if (!this.bySid.delete(subscription.sid)) return false
    this.touched.delete(subscription)
    this.leave(subscription)
    subscription.request.ended()
    return true
  }

  private subscribe(subscription: Subscription): void {
    const { connection } = this
    if (connection === undefined) return
    const { sid, request, replica } = subscription
    const { point } = replica.recovery
    connection
      .call('subscribe', { sid, channel: request.channel, query: request.query, ...(point && { known: point }) })
      .catch((error: unknown) => {
        if (this.connection === connection && error instanceof RachisError) this.fail(subscription, error)
      })
  }

  private snap({ sid, qid, queryHash, part, items }: ServerLine & { readonly type: 'snap' }): void {
    const subscription = this.bySid.get(sid)
    if (subscription === undefined) return
    const { recovery } = subscription.replica
    if (part === 'reset') recovery.begin('the server could not resume: a snapshot follows', queryHash)
    else if (part === 'resume') recovery.resume(queryHash)
    if (items !== undefined) recovery.part(items)
    this.leave(subscription)
    subscription.qid = qid
    const sharing = this.byQid.get(qid)
    if (sharing === undefined) this.byQid.set(qid, new Set([subscription]))
    else sharing.add(subscription)
    this.touched.add(subscription)
  }

  private put(qid: number, items: WireEntries, deleted: readonly string[]): void {
    for (const subscription of this.byQid.get(qid) ?? []) {
      const { recovery } = subscription.replica
      for (const [id, item] of items) recovery.put(id, item)
      for (const id of deleted) recovery.remove(id)
      this.touched.add(subscription)
    }
  }

  private mark(reached: Cursor): void {
    const cursor = this.reach(reached)
    const touched = [...this.touched]
    this.touched.clear()
    turns.run(() => {
      const told = touched.filter(({ replica }) => replica.prepare())
      for (const subscription of touched) {
        subscription.live = true
        subscription.replica.recovery.reach(cursor)
      }
      for (const { replica } of told) replica.send()
      const commit = commitAt(markOf(this, cursor), 0)
      for (const { replica } of told) replica.close(commit)
    })
  }

  /** A server may have several roots, and a mark name only those that moved. */
  private reach(cursor: Cursor): Cursor {
    return (this.cursor = { ...this.cursor, ...cursor })
  }

  private leave(subscription: Subscription): void {
    const { qid } = subscription
    if (qid === undefined) return
    const sharing = this.byQid.get(qid)
    sharing?.delete(subscription)
    if (sharing?.size === 0) this.byQid.delete(qid)
  }
}
