import { Observable, type Subscriber } from 'rxjs'
import { ConnectionError, DeniedError, MissingError, type RachisError } from '../../../errors.js'
import type { Feed, FeedEvent, Key } from '../../event.js'
import { turns } from '../../internal/turns.js'
import { queryHash } from '../../query.js'
import { backoffDelay } from '../backoff.js'
import { tellKnown } from '../known-of.js'
import { Contention } from './contention.js'
import type { ItemReader } from './item-reader.js'
import type { MirrorOptions } from './mirror-options.js'
import { MirroredItems } from './mirrored-items.js'
import { NodeSubscription } from './node-subscription.js'
import type { PubsubEvent } from './pubsub-events.js'
import type { RawItem } from './pubsub-results.js'
import type { XmppRoot } from './root.js'
import type { XmppSession } from './session.js'
import { passes } from './stanza-error.js'
import { Watches } from './watch.js'

/** idle: nobody wants it. waiting: for a connection. loading: the snapshot is on its way. pending: the owner has to agree. live: every event is a commit. */
type Phase = 'idle' | 'waiting' | 'loading' | 'pending' | 'live'

const everything = queryHash({})

/**
 * The local copy of all items of a node, which its feeds share: subscribes, reads everything, keeps it up to date, and makes up for outages by reading
 * everything again, of which the difference is told. Every event of the server is one turn.
 */
export class NodeMirror<T extends object> {
  readonly feed: Feed<T>
  private items: MirroredItems<T> | undefined
  private phase: Phase = 'idle'
  /** Tells what belongs to an earlier loading. */
  private generation = 0
  private readonly subscription: NodeSubscription
  private failures = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Ids that came without payload and are to be fetched. */
  private wanted: Set<Key> | undefined
  /** Everything is being read again. */
  private refreshing = false
  /** Counts the wishes to read everything again. */
  private wishes = 0
  /** Writes that wait for their echo. */
  readonly watches = new Watches<T>()

  private readonly contention = new Contention((ids) => {
    this.look(ids)
  })

  /** `settled` is called in the turn in which everything has been read. */
  constructor(
    private readonly session: XmppSession,
    private readonly root: XmppRoot,
    private readonly reader: ItemReader<T>,
    private readonly options: MirrorOptions,
    private readonly settled: () => void,
  ) {
    this.subscription = new NodeSubscription(session, options.service, options.node)
    const feed = new Observable<FeedEvent<T>>((out) => {
      if (this.options.closed()) out.error(new ConnectionError('the transport is closed'))
      else
        turns.join(() => {
          this.join(out)
        })
    })
    this.feed = tellKnown(feed, () => this.items?.known())
  }

  /** Somebody wants the items: what is written will be heard, or read. */
  get active(): boolean {
    return this.phase !== 'idle'
  }

  has(id: Key): boolean {
    return this.items?.recovery.items.has(id) ?? false
  }

  /** Every event is a commit. */
  private get live(): boolean {
    return this.phase === 'live'
  }

  private join(out: Subscriber<FeedEvent<T>>): void {
    const first = this.items === undefined
    this.items ??= new MirroredItems<T>(this.options.diff, this.root, this.watches, () => {
      this.release()
    })
    this.items.attach(out)
    if (!first) return
    this.phase = 'waiting'
    this.resumed()
  }

  /** The stream of before goes on: what waits for a connection has it. */
  resumed(): void {
    if (this.phase === 'waiting' && this.options.online()) void this.load('subscribed')
  }

  /** There is a connection, and the server knows nothing of the one before. */
  connected(): void {
    this.subscription.lose()
    if (this.active) void this.load('reconnected')
  }

  /** An event of the server; call it inside a turn of its own. */
  receive(event: PubsubEvent): void {
    const { items } = this
    if (!items) return
    switch (event.type) {
      case 'items':
        for (const id of event.retracted) this.retracted(id)
        for (const raw of event.published) this.published(raw, items)
        break
      case 'purge':
        // What is on its way may be from before it.
        if (this.live && !items.asking) for (const id of items.recovery.items.keys()) items.arrived(id, undefined)
        else void this.load('purged')
        break
      case 'delete': {
        const goesOn = event.redirect === undefined ? '' : `; it goes on at ${event.redirect}`
        this.fail(new MissingError(`the node ${this.options.node} was deleted${goesOn}`))
        return
      }
      case 'configuration':
        void this.refresh()
        break
      case 'subscription':
        // Owners hear of the subscriptions of others too.
        if (event.jid !== this.session.jid) return
        if (event.state === 'subscribed') {
          if (this.phase === 'pending') void this.load('subscribed')
        } else if (event.state === 'none') {
          // While it is loading that may be an older one.
          if (this.phase === 'loading') void this.refresh()
          else this.fail(new DeniedError(`the subscription to ${this.options.node} was taken away`))
        }
        return
      case 'unreadable':
        this.reader.report(event.id, event.raw, event.reason)
        if (event.id === undefined || this.items !== items) return
        items.arrived(event.id, undefined)
        break
      default:
        return
    }
    this.commit()
  }

  /** Reads these again; `false` if the answer came too late for those who asked. */
  reload(ids: readonly Key[]): Promise<boolean> {
    return this.ask(async (found) => {
      for (const [id, item] of await this.reader.some(ids)) found.set(id, item)
    }, ids)
  }

  private ask(read: (found: Map<Key, T>) => Promise<void>, ids?: readonly Key[]): Promise<boolean> {
    const { generation, items } = this
    const commit = (): void => {
      this.commit()
    }
    return items?.ask(read, () => generation === this.generation, commit, ids) ?? Promise.resolve(false)
  }

  /** Ends all feeds, with `error` or complete. */
  end(error?: RachisError): void {
    const { items } = this
    if (!items) return
    this.stop()
    turns.run(() => {
      items.end(error)
    })
  }

  private published(raw: RawItem, items: MirroredItems<T>): void {
    if (this.items !== items) return
    const item = raw.payload && this.reader.decode(raw)
    // Who hears of a bad item may leave.
    if (this.items !== items) return
    this.contention.heard(raw.id)
    if (raw.payload === undefined) this.want(raw.id)
    else items.arrived(raw.id, item)
    // The server has dropped others without a word (facts: Prosody), or will (ejabberd).
    if (this.live && items.recovery.items.size >= this.options.maxItems) void this.refresh()
  }

  private retracted(id: Key): void {
    this.contention.heard(id)
    // ejabberd joins several ids to one: what it names is unknown, and so is what is gone.
    if (!this.has(id)) void this.refresh()
    this.items!.arrived(id, undefined)
  }

  /** Ends the turn: what has arrived is told, unless the snapshot is still on its way. */
  private commit(): void {
    if (this.live) this.items!.commit()
  }

  /** Subscribes and reads everything. */
  private async load(reason: string): Promise<void> {
    clearTimeout(this.timer)
    const { recovery } = this.items!
    this.restart('loading')
    const { generation, wishes } = this
    try {
      const agreed = await this.subscribe(generation)
      if (generation !== this.generation) return
      if (!agreed) {
        this.phase = 'pending'
        return
      }
      // What has come so far is older than what is read now, and may belong to an earlier subscription.
      recovery.begin(reason, everything)
      await this.reader.all((part) => {
        const isCurrent = generation === this.generation
        if (isCurrent) recovery.part(part)
        return isCurrent
      })
    } catch (error) {
      if (generation === this.generation) this.failed(error as RachisError)
      return
    }
    if (generation !== this.generation) return
    turns.run(() => {
      this.phase = 'live'
      this.commit()
      this.watches.see(recovery.items)
      this.settled()
    })
    this.wait(generation, wishes !== this.wishes || recovery.items.size > this.options.maxItems)
  }

  /** `false` if the node's owner has to agree first, or nobody waits for it any more. */
  private async subscribe(generation: number): Promise<boolean> {
    await this.options.ensure()
    return generation === this.generation && (!this.options.subscribe || this.subscription.begin())
  }

  private failed(error: RachisError): void {
    if (!passes(error)) {
      this.fail(error)
      return
    }
    // The connection stands, the answer failed: once more, later. If it is gone, the next one loads.
    this.later(backoffDelay(++this.failures, { base: 1000 }), () => {
      if (this.live) void this.refresh()
      else {
        this.phase = 'waiting'
        this.resumed()
      }
    })
  }

  private fail(error: RachisError): void {
    const { items } = this
    this.stop()
    if (error instanceof MissingError) this.options.forget()
    turns.join(() => {
      items?.end(error)
      // Those that waited for it to be read find out for themselves.
      this.settled()
    })
  }

  /** Reads everything again while feeds go on. */
  private async refresh(): Promise<void> {
    const wish = ++this.wishes
    if (!this.live || this.refreshing) return
    const { generation } = this
    this.refreshing = true
    try {
      // Prosody takes a subscription away without a word.
      await this.subscribe(generation)
      if (generation !== this.generation) return
      await this.ask(async (found) => {
        await this.reader.all((part) => {
          for (const [id, item] of part) found.set(id, item)
          return generation === this.generation
        })
      })
      if (generation !== this.generation) return
      this.refreshing = false
      this.wait(generation, wish !== this.wishes)
    } catch (error) {
      if (generation !== this.generation) return
      this.refreshing = false
      this.failed(error as RachisError)
    }
  }

  /** Everything was read: until it is read again, unless the subscribers have left. */
  private wait(generation: number, again: boolean): void {
    if (generation !== this.generation) return
    this.failures = 0
    const { refresh } = this.options
    if (again) void this.refresh()
    else if (refresh > 0) this.later(refresh, () => void this.refresh())
  }

  private later(delay: number, act: () => void): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(act, delay)
  }

  /** Fetches what came without payload: all ids of a turn at once. The answer is newer than any event before it. */
  private want(id: Key): void {
    if (this.wanted) {
      this.wanted.add(id)
      return
    }
    const wanted = (this.wanted = new Set([id]))
    queueMicrotask(() => {
      if (this.wanted !== wanted) return
      this.wanted = undefined
      this.look([...wanted])
    })
  }

  private look(ids: readonly Key[]): void {
    this.reload(ids).catch((error: unknown) => {
      if (!passes(error)) this.fail(error as RachisError)
      else void this.refresh()
    })
  }

  /** The last subscriber has left. */
  private release(): void {
    this.stop()
    // Others may wait for what it was about to read.
    turns.join(this.settled)
    if (!this.active && this.options.online()) this.subscription.end()
  }

  private stop(): void {
    this.restart('idle')
    this.items = undefined
    this.contention.clear()
    this.watches.end()
  }

  /** What is on its way belongs to an earlier loading. */
  private restart(phase: Phase): void {
    clearTimeout(this.timer)
    this.generation++
    this.phase = phase
    this.wanted = undefined
    this.items?.restart()
    this.refreshing = false
  }
}
