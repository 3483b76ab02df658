import { type Observable, Subscription } from 'rxjs'
import { type FeedEvent, isPlaced, type ItemEvent } from '../streams/event.js'
import type { FoldHooks, FoldOptions } from './fold-options.js'
import { Folder } from './folder.js'
import type { AnyCollection } from './internals.js'
import { placesOf } from './placed-layout.js'
import type { Snapshot } from './rows.js'

/** How a collection follows a feed. */
export interface BindOptions extends FoldOptions {
  /** How the first snapshot comes in: by one `reset` (default), or by `set`, which keeps the models that are there already. */
  readonly snapshot?: 'reset' | 'set'
  /** Later snapshots become the minimal events (default `true`), or come in like the first one. */
  readonly diff?: boolean
  /** Called after each commit that has been applied. */
  readonly committed?: () => void
  /** Called with the error that ended the feed, before the collection triggers `error`. */
  readonly error?: (error: unknown) => void
}

/**
 * Keeps a Backbone collection equal to a feed, until the subscription ends. Whole commits only, each at once (see `fold`); the key of an item
 * is written into the model's `idAttribute`, unless the item carries it there (a number stays a number).
 *
 * An ordered feed decides the order of the models; of any other the collection's comparator does, else the order of arrival.
 * Models of others may stand in the collection and are left alone until a snapshot comes in by `reset`.
 * Ranked models that are changed silently aren't seen until the next `sort`.
 *
 * Errors: one that ends the feed is triggered as Backbone does, `error` with `(collection, error, options)`; the collection stays as it is.
 * Cost: a snapshot like `reset`; O(k log n) for k events, and one move of the list's tail where members come or go; one row a model.
 *
 * ```ts
 * const subscription = bind(todos$.pipe(orderBy({ title: 1 })), collection)
 * ```
 */
export function bind<T extends object>(feed: Observable<FeedEvent<T>>, collection: AnyCollection, options: BindOptions = {}): Subscription {
  return bindWith(feed, collection, options).subscription
}

/** A collection that follows a feed, as its owner sees it. */
export interface Bound<T extends object> {
  readonly folder: Folder<T>
  readonly subscription: Subscription
  /** Resolves at the first commit, or when following ends before that; rejects if the feed fails before that. Nobody needs to handle it. */
  readonly ready: Promise<void>
}

/** `bind` with decisions about single items. */
export function bindWith<T extends object>(
  feed: Observable<FeedEvent<T>>,
  collection: AnyCollection,
  options: BindOptions,
  hooks?: FoldHooks<T>,
): Bound<T> {
  const folder = new Folder<T>(collection, options, hooks)
  folder.listen()
  const subscription = new Subscription()
  const ready = new Promise<void>((resolve, reject) => {
    const binding = new Binding(folder, options, resolve)
    subscription.add(() => {
      binding.close()
      resolve()
    })
    const failed: (error: unknown) => void = reject
    const end = (error: unknown): void => {
      failed(error)
      options.error?.(error)
      subscription.unsubscribe()
      collection.trigger('error', collection, error, { ...options.setOptions })
    }
    subscription.add(feed.subscribe({ next: binding.next.bind(binding), error: end }))
  })
  ready.catch(() => undefined)
  return { folder, subscription, ready }
}

/** Collects what a feed sends and hands over whole commits, one after the other even if a listener causes the next. */
class Binding<T extends object> {
  private events: ItemEvent<T>[] = []
  private snapshot: Snapshot<T> | undefined = new Map()
  private ordered = false
  private ready = false
  private readonly waiting: Batch<T>[] = []
  private busy = false
  private closed = false

  constructor(
    private readonly folder: Folder<T>,
    private readonly options: BindOptions,
    private readonly applied: () => void,
  ) {}

  next(event: FeedEvent<T>): void {
    switch (event.type) {
      case 'reset':
        this.events = []
        this.snapshot = new Map()
        this.ordered = false
        return
      case 'commit':
        this.commit()
        return
      default:
        if (this.snapshot === undefined) this.events.push(event)
        else this.arrive(event, this.snapshot)
    }
  }

  close(): void {
    this.closed = true
    this.folder.close()
  }

  /** A snapshot arrives ascending, but what follows it in the same transaction may go anywhere. */
  private arrive(event: ItemEvent<T>, snapshot: Snapshot<T>): void {
    const { at, from } = placesOf(event)
    if (isPlaced(event)) this.ordered = true
    if (this.ordered && !(event.type === 'publish' && at === snapshot.size) && !(event.type === 'change' && from === at)) {
      const entries = [...snapshot]
      if (event.type !== 'publish') entries.splice(from, 1)
      if (event.type !== 'retract') entries.splice(at, 0, [event.id, { model: undefined, item: event.item }])
      this.snapshot = new Map(entries)
    } else if (event.type === 'retract') snapshot.delete(event.id)
    else snapshot.set(event.id, { model: undefined, item: event.item })
  }

  private commit(): void {
    const { events, snapshot, ordered } = this
    this.events = []
    this.snapshot = undefined
    if (snapshot === undefined && events.length === 0) return
    const batch = { events, snapshot, ordered }
    if (this.busy) this.waiting.push(batch)
    else this.work(batch)
  }

  private show({ events, snapshot, ordered }: Batch<T>): void {
    if (snapshot === undefined) {
      this.folder.apply(events)
      return
    }
    if (this.ready && this.options.diff !== false) {
      this.folder.sweep(snapshot, ordered)
      return
    }
    this.ready = true
    this.folder.replace(snapshot, this.options.snapshot ?? 'reset', ordered)
  }

  private work(first: Batch<T>): void {
    this.busy = true
    let thrown: { readonly error: unknown } | undefined
    for (let batch: Batch<T> | undefined = first; batch !== undefined && !this.closed; batch = this.waiting.shift()) {
      try {
        this.show(batch)
        this.applied()
        this.options.committed?.()
      } catch (error) {
        thrown ??= { error }
      }
    }
    this.busy = false
    if (thrown !== undefined) throw thrown.error
  }
}

/** What a commit brought: events, or a snapshot. */
interface Batch<T> {
  readonly events: readonly ItemEvent<T>[]
  readonly snapshot: Snapshot<T> | undefined
  readonly ordered: boolean
}
