import { Observable, type Subscriber } from 'rxjs'
import { ArgumentError, MissingError } from '../errors.js'
import { markAt, type RootMark, sortableNumber } from './cursor.js'
import {
  absent,
  commitAt,
  composeEvents,
  difference,
  type Feed,
  type FeedEvent,
  invertEvent,
  type ItemEvent,
  type Key,
  publishEvent,
  resetEvent,
} from './event.js'
import { freezeItem } from './internal/freeze.js'
import { turns } from './internal/turns.js'
import { randomId } from './internal/random-id.js'

/** What an `edit` callback may do; the same as the Source itself, all in one transaction. */
export interface SourceTransaction<T> {
  get(id: Key): T | undefined
  publish(item: T): void
  patch(id: Key, set: Partial<T>, options?: { readonly unset?: readonly string[] }): void
  retract(id: Key): void
}

interface Sink<T> {
  readonly out: Subscriber<FeedEvent<T>>
  /** The turn in which it subscribed: it has this turn's state already, and only waits for the commit. */
  readonly joined: number
  /** How much of the running edit its snapshot contains. */
  seen: number
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
  private mark: RootMark
  private log: ItemEvent<T>[] | undefined
  private completed = false

  constructor(options: { readonly key: (item: T) => Key; readonly initial?: Iterable<T> }) {
    this.key = options.key
    for (const item of options.initial ?? []) this.items.set(this.keyOf(item), freezeItem(item))
    this.mark = this.markNow()
    this.feed = new Observable<FeedEvent<T>>((out) => {
      turns.join(() => {
        this.attach(out)
      })
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
      this.put(id, item)
    })
  }

  /** Sets and unsets fields of an existing item; throws `MissingError` if there is none, `ArgumentError` if its key would change. */
  patch(id: Key, set: Partial<T>, options?: { readonly unset?: readonly string[] }): void {
    this.write(() => {
      const next: Record<string, unknown> = { ...this.existing('patch', id), ...set }
      for (const field of options?.unset ?? []) Reflect.deleteProperty(next, field)
      const patched = next as T
      const key = this.keyOf(patched)
      if (key !== id) throw new ArgumentError(`patch: the key ${id} would become ${key}; retract the item and publish the new one`)
      this.put(id, patched)
    })
  }

  /** Removes an item; throws `MissingError` if there is none. */
  retract(id: Key): void {
    this.write(() => {
      this.existing('retract', id)
      this.remove(id)
    })
  }

  /** Makes all writes of `transaction` one transaction. If it throws, or is asynchronous, nothing has happened. */
  edit(transaction: (tx: SourceTransaction<T>) => void): void {
    this.write(() => {
      let open = true
      // A callback that goes on after its return can't write any more.
      const guard =
        <A extends unknown[]>(write: (...args: A) => void) =>
        (...args: A): void => {
          if (!open) throw new ArgumentError('edit: the transaction is over; write before the callback returns')
          write(...args)
        }
      try {
        const tx: SourceTransaction<T> = {
          get: (id) => this.get(id),
          publish: guard((item) => {
            this.publish(item)
          }),
          patch: guard((id, set, options) => {
            this.patch(id, set, options)
          }),
          retract: guard((id) => {
            this.retract(id)
          }),
        }
        const result: unknown = (transaction as (tx: SourceTransaction<T>) => unknown)(tx)
        if (typeof (result as PromiseLike<unknown> | undefined)?.then === 'function') {
          void Promise.resolve(result).catch(() => undefined)
          throw new ArgumentError('edit: the callback is asynchronous; await first, then edit')
        }
      } finally {
        open = false
      }
    })
  }

  /** Makes `items` the whole content, sending only the difference. The same object under the same key is no difference. */
  replaceAll(items: Iterable<T>): void {
    const next = new Map<Key, T>()
    for (const item of items) next.set(this.keyOf(item), item)
    this.write(() => {
      for (const id of [...this.items.keys()]) if (!next.has(id)) this.remove(id)
      for (const [id, item] of next) this.put(id, item)
    })
  }

  /** Completes the feed for all subscribers, present and future, after what waits; later writes throw `ArgumentError`. */
  complete(): void {
    turns.run(() => {
      this.completed = true
      for (const sink of this.sinks) sink.out.complete()
      this.sinks.clear()
    })
  }

  /** The key of an item, whether it is here or not. Throws `ArgumentError` if it is no string. */
  keyOf(item: T): Key {
    const id: unknown = this.key(item)
    if (typeof id !== 'string') throw new ArgumentError(`Source: the key of an item must be a string, not ${typeof id}`)
    return id
  }

  private existing(what: string, id: Key): T {
    const item = this.items.get(id)
    if (item === undefined) throw new MissingError(`${what}: there is no item ${JSON.stringify(id)}`)
    return item
  }

  private attach(out: Subscriber<FeedEvent<T>>): void {
    const open = this.log !== undefined || this.sending
    const sink: Sink<T> = { out, joined: open ? turns.serial : 0, seen: this.log?.length ?? Infinity }
    out.add(() => this.sinks.delete(sink))
    out.next(resetEvent('subscribed'))
    for (const [id, item] of this.items) {
      if (out.closed) return
      out.next(publishEvent(id, item))
    }
    if (!open) out.next(commitAt(this.mark, 0))
    if (this.completed) out.complete()
    else if (!out.closed) this.sinks.add(sink)
  }

  private sending = false

  private write(change: () => void): void {
    if (this.log !== undefined) {
      change()
      return
    }
    if (this.completed) throw new ArgumentError('Source: it has been completed')
    turns.run(() => {
      this.transact(change)
    })
  }

  private transact(change: () => void): void {
    const log: ItemEvent<T>[] = (this.log = [])
    try {
      change()
    } catch (error) {
      for (let index = log.length - 1; index >= 0; index--) this.undo(log[index]!)
      this.log = undefined
      this.rejoin(log)
      throw error
    }
    this.log = undefined
    this.send(log)
  }

  private send(log: readonly ItemEvent<T>[]): void {
    const events = netEffect(log)
    this.count++
    this.mark = this.markNow()
    this.sending = true
    for (const sink of this.sinks) {
      if (sink.joined === turns.serial) {
        // It subscribed inside the callback, or while this loop runs: it misses only what came after its snapshot.
        for (let index = sink.seen; index < log.length; index++) sink.out.next(log[index]!)
        sink.seen = log.length
        continue
      }
      for (const event of events) sink.out.next(event)
    }
    this.sending = false
    const commit = commitAt(this.mark, 0)
    for (const sink of this.sinks) sink.out.next(commit)
  }

  /** After a rollback: who joined inside the callback is led back, and is ready. */
  private rejoin(log: readonly ItemEvent<T>[]): void {
    for (const sink of this.sinks) {
      if (sink.joined !== turns.serial) continue
      for (let index = sink.seen - 1; index >= 0; index--) sink.out.next(invertEvent(log[index]!))
      sink.out.next(commitAt(this.mark, 0))
    }
  }

  private put(id: Key, item: T): void {
    const previous = this.items.get(id)
    const event = difference(id, previous ?? absent, freezeItem(item))
    if (event === undefined) return
    this.items.set(id, item)
    this.log!.push(event)
  }

  private remove(id: Key): void {
    const previous = this.items.get(id)
    if (previous === undefined) return
    this.items.delete(id)
    this.log!.push(difference(id, previous, absent)!)
  }

  private undo(event: ItemEvent<T>): void {
    if (event.type === 'publish') this.items.delete(event.id)
    else this.items.set(event.id, event.previous)
  }

  private markNow(): RootMark {
    const { root, count } = this
    return markAt(this, () => ({ [root]: sortableNumber(count) }))
  }
}

/** One event a key. The log itself where no key occurs twice. */
function netEffect<T>(log: readonly ItemEvent<T>[]): readonly ItemEvent<T>[] {
  if (log.length < 2) return log
  const net = new Map<Key, ItemEvent<T>>()
  let repeated = false
  for (const event of log) {
    const earlier = net.get(event.id)
    if (earlier === undefined) {
      net.set(event.id, event)
      continue
    }
    repeated = true
    const both = composeEvents(earlier, event)
    if (both === undefined) net.delete(event.id)
    else net.set(event.id, both)
  }
  return repeated ? [...net.values()] : log
}
