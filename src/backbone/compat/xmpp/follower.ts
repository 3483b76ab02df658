import { type Subscription, Subscription as Subscriptions } from 'rxjs'
import { ConnectionError, MissingError } from '../../../errors.js'
import type { FeedEvent, Key } from '../../../streams/event.js'
import { equalValues } from '../../../streams/query.js'
import type { AnyCollection } from '../../internals.js'
import { attempt } from '../report.js'
import type { ItemAttributes } from './entry-codec.js'
import { type Change, show } from './show.js'
import type { PubSubStorage } from './storage.js'

/** What is known of a node's items, under their ids. */
interface Knowledge {
  /** The service they are at. */
  readonly service: string | undefined
  /** All items, not only those that were fetched. */
  readonly isWhole: boolean
  readonly items: Map<Key, ItemAttributes>
}

const nothing = (service: string | undefined): Knowledge => ({ service, isWhole: false, items: new Map() })

/**
 * Tells a collection what happens to a node, by the node's feed: publishes, retracts, and after an outage the difference. What the node holds when following begins is
 * for `fetch` to show. What is told while a write or a `fetch` is on its way waits for it, so that an echo finds the model that it is of.
 */
export class Follower {
  private known: Knowledge
  /** Everything, while it is on its way. */
  private snapshot: Map<Key, ItemAttributes> | undefined
  /** What is to be shown, the newest last: what was known of each before. */
  private readonly changed = new Map<Key, ItemAttributes | undefined>()
  private readonly subscription = new Subscriptions()
  private feed: Subscription | undefined
  private isDenied = false
  private isReady = false
  private holds = 0
  /** For each `fetch` on its way, the ids that something was told of. */
  private readonly fetches = new Set<Set<Key>>()
  private readonly creations = new Set<Promise<unknown>>()

  /** `earlier` followed the same collection: what it knows of the same node is gone on with. */
  constructor(
    readonly storage: PubSubStorage,
    private readonly collection: AnyCollection,
    earlier?: Follower,
  ) {
    const { pubSub, id } = storage
    this.known = nothing(undefined)
    if (earlier?.storage.id === id) {
      this.known = earlier.known
      for (const [item, before] of earlier.changed) this.changed.set(item, before)
    }
    const later = (): void => {
      // Owners set the service in the callback that comes after this one.
      queueMicrotask(() => {
        this.begin()
      })
    }
    this.subscription.add(
      pubSub.open().status$.subscribe(({ state }) => {
        if (state !== 'online') return
        this.isDenied = false
        later()
      }),
    )
    this.subscription.add(
      pubSub.signs.subscribe(({ node, id: item }) => {
        if (node === undefined) {
          this.end()
          later()
        } else if (node === id) {
          later()
          if (item === undefined) return
          this.note(item)
          this.flush()
        }
      }),
    )
  }

  /** Ends following; models stay. */
  stop(): void {
    this.end()
    this.subscription.unsubscribe()
  }

  /** What is told waits until the returned function is called. */
  hold(): () => void {
    this.holds++
    return () => {
      this.holds--
      this.flush()
    }
  }

  /** A model gets its id: what is fetched meanwhile would have it twice. */
  creating(creation: Promise<unknown>): void {
    const forget = (): unknown => this.creations.delete(creation)
    this.creations.add(creation)
    creation.then(forget, forget)
  }

  /** A `fetch`, of everything or a part; what happens meanwhile is in its answer. */
  async during<R extends readonly [readonly ItemAttributes[], ...unknown[]]>(isPart: boolean, read: () => Promise<R>): Promise<R> {
    await Promise.allSettled(this.creations)
    const told = new Set<Key>()
    this.fetches.add(told)
    try {
      const [items, ...rest] = await read()
      if (this.isReady) return [this.withNews(items, told), ...rest] as unknown as R
      const fetched = items.map((item) => [item['id'] as Key, item] as const)
      const { known } = this
      this.known = { ...known, isWhole: !isPart || known.isWhole, items: new Map(isPart ? [...known.items, ...fetched] : fetched) }
      return [items, ...rest] as unknown as R
    } catch (error) {
      // Who wants everything gets it when there is a connection again.
      if (!isPart && error instanceof ConnectionError) this.known = { ...this.known, isWhole: true }
      throw error
    } finally {
      this.fetches.delete(told)
    }
  }

  private begin(): void {
    const { pubSub, id } = this.storage
    const { service } = pubSub
    if (this.subscription.closed || this.feed !== undefined || this.isDenied || service === undefined) return
    if (this.known.service !== undefined && this.known.service !== service) this.known = nothing(service)
    this.known = { ...this.known, service }
    this.isReady = false
    const feed = (this.feed = new Subscriptions())
    feed.add(
      pubSub.feed(id).subscribe({
        next: (event) => {
          this.receive(event)
        },
        error: (error: unknown) => {
          this.failed(error)
        },
      }),
    )
  }

  private end(): void {
    this.feed?.unsubscribe()
    this.feed = this.snapshot = undefined
  }

  private receive(event: FeedEvent<ItemAttributes>): void {
    switch (event.type) {
      case 'reset':
        this.snapshot = new Map()
        return
      case 'commit':
        if (this.snapshot !== undefined) this.compare(this.snapshot)
        this.flush()
        return
      case 'retract':
        this.take(event.id, undefined)
        return
      default:
        this.take(event.id, { ...event.item, id: event.id })
    }
  }

  private take(id: Key, item: ItemAttributes | undefined): void {
    if (this.snapshot === undefined) this.note(id)
    const { items } = this
    if (item === undefined) items.delete(id)
    else items.set(id, item)
  }

  private get items(): Map<Key, ItemAttributes> {
    return this.snapshot ?? this.known.items
  }

  /** Everything has arrived: of what was known before, the difference is shown. */
  private compare(items: Map<Key, ItemAttributes>): void {
    const { known } = this
    this.snapshot = undefined
    for (const [id, item] of known.items) if (!items.has(id)) this.note(id, item)
    for (const [id, item] of items) {
      const before = known.items.get(id)
      if (before === undefined ? known.isWhole : !equalValues(before, item)) this.note(id, before)
    }
    this.known = { ...known, isWhole: true, items }
    this.isReady = true
  }

  /** Something of the item is to be shown. */
  private note(id: Key, before = this.known.items.get(id)): void {
    const first = this.changed.has(id) ? this.changed.get(id) : before
    this.changed.delete(id)
    this.changed.set(id, first)
    for (const told of this.fetches) told.add(id)
  }

  private flush(): void {
    if (!this.isReady || this.holds > 0 || this.changed.size === 0) return
    const changes: Change[] = [...this.changed].map(([id, before]) => ({ id, before, now: this.known.items.get(id) }))
    this.changed.clear()
    show(this.collection, changes)
  }

  private failed(error: unknown): void {
    const { known } = this
    this.end()
    if (error instanceof MissingError) {
      // Deleted, or not there yet: what is published when it is created is new.
      if (this.isReady) for (const [id, item] of known.items) this.note(id, item)
      this.known = { ...known, isWhole: true, items: new Map() }
      this.isReady = true
      this.flush()
    } else {
      this.isDenied = true
      attempt(() => this.collection.trigger('error', this.collection, error, {}))
    }
  }

  /** The answer of a `fetch`, which may be older than what was told while it was on its way. */
  private withNews(items: readonly ItemAttributes[], told: ReadonlySet<Key>): readonly ItemAttributes[] {
    if (told.size === 0) return items
    const listed = new Set(items.map((item) => item['id'] as Key))
    const now = (id: Key): readonly ItemAttributes[] => {
      const item = this.known.items.get(id)
      return item === undefined ? [] : [item]
    }
    const current = items.flatMap((item) => (told.has(item['id'] as Key) ? now(item['id'] as Key) : [item]))
    const added = [...told].filter((id) => !listed.has(id) && this.collection.get(id)).flatMap(now)
    return [...added.reverse(), ...current]
  }
}
