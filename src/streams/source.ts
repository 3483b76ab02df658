import type { Subscriber } from 'rxjs'
import { ArgumentError, MissingError } from '../errors.js'
import { markAt, type RootMark, sortableNumber } from './cursor.js'
import {
  type Absent,
  absent,
  applyEvent,
  before,
  commitAt,
  compose,
  difference,
  type Feed,
  type FeedEvent,
  type ItemEvent,
  itemIn,
  type Key,
} from './event.js'
import { freezeItem } from './internal/freeze.js'
import { must, mustBeKey } from './internal/must.js'
import { makeFeed } from './internal/operator.js'
import { randomId } from './internal/random-id.js'
import { sendSnapshot } from './internal/snapshot.js'
import { turns } from './internal/turns.js'

/** What an `edit` callback may do; the same as the Source itself, all in one transaction. */
export interface SourceTransaction<T> {
  get(id: Key): T | undefined
  publish(item: T): void
  patch(id: Key, set: Partial<T>, options?: { readonly unset?: readonly string[] }): void
  retract(id: Key): void
}

/** Why a write of an `edit` is refused. */
const inTime = 'edit: a callback must write before it returns'

/** At most one event a key. */
type NetEffect<T> = Map<Key, ItemEvent<T>>

interface Sink<T> {
  readonly out: Subscriber<FeedEvent<T>>
  /** Of one that subscribed in the middle of a transaction: the net effect since. */
  since: NetEffect<T> | undefined
}

/**
 * The writable keyed root: a collection in memory whose `feed` tells everything that happens to it.
 *
 * Each write is a transaction and a turn of its own; `edit` makes one of many. A write from inside a subscriber waits its turn.
 * Cost: O(1) a write and subscriber; a subscription O(size).
 *
 * ```ts
 * const todos = new Source({ key: (todo: Todo) => todo.id })
 * todos.publish({ id: '1', title: 'read' })
 * todos.edit((tx) => { tx.patch('1', { done: true }); tx.publish({ id: '2', title: 'write' }) })
 * ```
 */
export class Source<T extends object> {
  /** A snapshot, then every transaction. Any number of subscribers. */
  readonly feed: Feed<T>
  private readonly items = new Map<Key, T>()
  private readonly sinks = new Set<Sink<T>>()
  private readonly key: (item: T) => Key
  private readonly root: string = randomId()
  private count = 0
  private mark = this.markNow()
  /** Of the running transaction: its net effect from its beginning, and since each has joined that came in its middle. */
  private effects: [whole: NetEffect<T>, ...since: NetEffect<T>[]] = [new Map()]
  private writing = false
  /** A transaction runs, or its events are being sent. */
  private open = false
  private completed = false

  constructor(options: { readonly key: (item: T) => Key; readonly initial?: Iterable<T> }) {
    this.key = options.key
    for (const item of options.initial ?? []) this.items.set(this.keyOf(item), freezeItem(item))
    this.feed = makeFeed<FeedEvent<T>>((out) => {
      this.attach(out)
    })
  }

  /** How many items there are. */
  get size(): number {
    return this.items.size
  }

  /** The item under `id`, if there is one. */
  get(id: Key): T | undefined {
    return this.items.get(id)
  }

  /** Creates or replaces the item under its key. */
  publish(item: T): void {
    const id = this.keyOf(item)
    this.write(() => {
      this.put(id, freezeItem(item))
    })
  }

  /** Sets and unsets fields of an existing item; throws `MissingError` if there is none, `ArgumentError` if its key would change. */
  patch(id: Key, set: Partial<T>, options?: { readonly unset?: readonly string[] }): void {
    this.write(() => {
      const next = { ...this.existing('patch', id), ...set }
      for (const field of options?.unset ?? []) Reflect.deleteProperty(next, field)
      const key = this.keyOf(next)
      if (key !== id) throw new ArgumentError(`patch: the key ${id} would become ${key}; retract and publish`)
      this.put(id, freezeItem(next))
    })
  }

  /** Removes an item; throws `MissingError` if there is none. */
  retract(id: Key): void {
    this.write(() => {
      this.existing('retract', id)
      this.put(id, absent)
    })
  }

  /** Makes all writes of `transaction` one transaction. If it throws, or is asynchronous, nothing has happened; inside another edit, nothing of its own. */
  edit(transaction: (tx: SourceTransaction<T>) => void): void {
    this.write(() => {
      const run: (tx: SourceTransaction<T>) => unknown = transaction
      let open = true
      const [whole] = this.effects
      // Inside another edit, which may go on.
      const net = whole.size === 0 ? whole : new Map<Key, ItemEvent<T>>()
      if (net !== whole) this.effects.push(net)
      // This Source, but for its writes: a callback that goes on after its return can't write any more.
      const tx = Object.create(this) as this
      tx.write = (change) => {
        if (!open) must(false, inTime, 'later')
        change()
      }
      try {
        const result = run(tx)
        if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
          void Promise.resolve(result).catch(() => undefined)
          must(false, inTime, 'asynchronously')
        }
      } catch (error) {
        for (const event of [...net.values()].reverse()) this.put(event.id, before(event))
        throw error
      } finally {
        open = false
      }
    })
  }

  /** Makes `items` the whole content, sending only the difference. The same object under the same key is no difference. */
  replaceAll(items: Iterable<T>): void {
    const next = new Map<Key, T>()
    for (const item of items) next.set(this.keyOf(item), freezeItem(item))
    this.write(() => {
      for (const id of this.items.keys()) if (!next.has(id)) this.put(id, absent)
      for (const [id, item] of next) this.put(id, item)
    })
  }

  /** Completes the feed for all subscribers, present and future, after what waits; later writes throw `ArgumentError`. */
  complete(): void {
    turns.run(() => {
      this.completed = true
      for (const { out } of this.sinks) out.complete()
    })
  }

  /** The key of an item, whether it is here or not. Throws `ArgumentError` if it is no string. */
  keyOf(item: T): Key {
    const id: unknown = this.key(item)
    if (typeof id !== 'string') mustBeKey(id)
    return id
  }

  private existing(what: string, id: Key): T {
    const item = this.items.get(id)
    if (!item) throw new MissingError(`${what}: there is no item ${JSON.stringify(id)}`)
    return item
  }

  private attach(out: Subscriber<FeedEvent<T>>): void {
    const since: NetEffect<T> | undefined = this.open ? new Map() : undefined
    if (since) this.effects.push(since)
    const sink: Sink<T> = { out, since }
    out.add(() => this.sinks.delete(sink))
    // Who writes inside an edit while the snapshot is told hears of it at the commit.
    sendSnapshot(this.writing ? new Map(this.items) : this.items, out)
    if (!this.open) out.next(commitAt(this.mark, 0))
    if (this.completed) out.complete()
    else if (!out.closed) this.sinks.add(sink)
  }

  private write(change: () => void): void {
    if (this.writing) change()
    else {
      turns.run(() => {
        if (this.completed) must(false, 'a Source must be open', 'completed')
        this.transact(change)
      })
    }
  }

  private transact(change: () => void): void {
    let failed = true
    this.writing = this.open = true
    try {
      change()
      failed = false
      this.count++
      this.mark = this.markNow()
    } finally {
      this.writing = false
      this.send(failed)
      this.open = false
    }
  }

  /** Sends each subscriber what it misses, then the commit; if the transaction has failed, only who has seen a part of it. */
  private send(failed: boolean): void {
    const [whole] = this.effects
    this.effects = [new Map()]
    const commit = commitAt(this.mark, 0)
    for (const { out, since } of this.sinks) for (const event of (since ?? whole).values()) out.next(event)
    for (const sink of this.sinks) {
      if (failed && !sink.since) continue
      sink.since = undefined
      sink.out.next(commit)
    }
  }

  private put(id: Key, item: T | Absent): void {
    const event = difference(id, itemIn(this.items, id), item)
    if (!event) return
    applyEvent(this.items, event)
    for (const net of this.effects) compose(net, event)
  }

  private markNow(): RootMark {
    const { root, count } = this
    return markAt(root, () => ({ [root]: sortableNumber(count) }))
  }
}
