import type { OperatorFunction, Subscriber } from 'rxjs'
import {
  type Absent,
  absent,
  after,
  before,
  type Commit,
  commitAt,
  difference,
  type Feed,
  type FeedEvent,
  type ItemEvent,
  type Key,
  unplaced,
} from '../event.js'
import { Broadcast } from '../internal/broadcast.js'
import { type GroupKey, groupKeyOf } from '../internal/group-key.js'
import { KeyedSubscriber } from '../internal/keyed-subscriber.js'
import { makeFeed } from '../internal/operator.js'
import type { Read } from '../internal/read.js'

/** The items that have one key in common. */
export interface Group<T> {
  readonly key: Key
  /** Its items, for any number of subscribers. It completes when the group is empty, or nobody listens to the feed of groups any more. */
  readonly feed: Feed<T>
}

/**
 * A feed of groups, each with the feed of its items, under the key that they have in common: a field, or what a pure function reads. `null` and `undefined` belong to no
 * group; other keys are made strings. Order is dropped.
 *
 * The feed of a group has its events and its commit before the feed of groups has its own. A changed item with another key moves: a retract here, a publish there. A
 * group that is empty at the commit is retracted and its feed completes; a later one with that key is another. After a reset, groups that are there again are the same objects.
 * Unsubscribing the feed of groups completes the feeds of the groups (after a transaction that one of their subscribers has seen the beginning of). An error goes to all.
 *
 * Cost: O(1) an event, and O(groups touched) a commit; it holds the items. Errors: `OperatorError` if `key` throws.
 *
 * ```ts
 * cities.pipe(group('country'), selectEach(({ key, feed }) => feed.pipe(aggregate(countOf()), map((n) => ({ country: key, n })))))
 * ```
 */
export function group<T>(key: Read<NoInfer<T>, GroupKey>): OperatorFunction<FeedEvent<T>, FeedEvent<Group<T>>> {
  const keyOf = groupKeyOf<T>(key)
  return (feed) =>
    makeFeed<FeedEvent<Group<T>>>((out) => {
      if (!out.closed) feed.subscribe(new GroupSubscriber(out, keyOf))
    })
}

class Inner<T> extends Broadcast<FeedEvent<T>> {
  readonly group: Group<T>

  constructor(key: Key, heard: () => void, idle: () => void) {
    super(idle)
    const feed = makeFeed<FeedEvent<T>>((out) => {
      if (this.sinks.size === 0) heard()
      this.attach(out)
    })
    this.group = { key, feed }
  }
}

class GroupSubscriber<T> extends KeyedSubscriber<T, Group<T>> {
  readonly held = new Map<Key, Inner<T>>()
  private depth = 0
  /** How many groups somebody listens to. */
  private heard = 0
  /** A transaction has begun. */
  private open = false

  constructor(
    out: Subscriber<FeedEvent<Group<T>>>,
    private readonly keyOf: (item: T) => Key | undefined,
  ) {
    super(out, 'group')
  }

  /** @internal */
  deepen(depth: number): void {
    this.depth = Math.max(this.depth, depth)
    for (const inner of this.held.values()) inner.deepen(depth)
  }

  protected override take(event: FeedEvent<T>): void {
    this.open = event.type !== 'commit'
    const held = this.hold()
    super.take(event)
    if (event.type === 'reset') for (const key of this.held.keys()) this.tell(key, event)
    // The end may have waited for this commit.
    if (event.type === 'commit') this.release()
    if (held) this.resume()
  }

  protected override flush(commit: Commit): void {
    const { held, shown } = this
    for (const key of shown.touched) {
      const inner = held.get(key)
      inner?.next(commit)
      if (inner?.state.items.size !== 0) continue
      held.delete(key)
      inner.complete()
    }
    super.flush(commit)
  }

  override error(error: unknown): void {
    this.end((inner) => {
      inner.error(error)
    })
    super.error(error)
  }

  /** The groups stay as they are, for who comes later. */
  protected override finish(): void {
    this.end((inner) => {
      inner.complete()
    })
    super.finish()
  }

  /** Not in the middle of a transaction that a subscriber of a group may have seen the beginning of. */
  override unsubscribe(): void {
    if (this.open && this.heard > 0) return
    const touched = [...this.shown.touched]
    super.unsubscribe()
    // Nobody has heard of it; who comes now gets an empty feed that is whole.
    for (const key of touched) this.held.get(key)?.next(commitAt([], 0))
    this.end((inner) => {
      inner.forget()
      inner.complete()
    })
    this.clear()
  }

  protected apply(event: ItemEvent<T>): undefined {
    const { id } = event
    const previous = before(event)
    const item = after(event)
    const from = previous === absent ? undefined : this.keyOf(previous)
    const to = item === absent ? undefined : this.keyOf(item)
    if (from === to) this.tell(to, unplaced(event))
    else {
      this.tell(from, difference(id, previous, absent))
      this.tell(to, difference(id, absent, item))
    }
  }

  result(key: Key): Group<T> | Absent {
    return this.held.get(key)?.group ?? absent
  }

  private tell(key: Key | undefined, event: FeedEvent<T> | undefined): void {
    if (key === undefined || !event) return
    this.shown.touch(key)
    let inner = this.held.get(key)
    if (!inner) {
      inner = new Inner<T>(
        key,
        () => this.heard++,
        () => {
          this.heard--
          this.release()
        },
      )
      inner.deepen(this.depth)
      this.held.set(key, inner)
    }
    inner.next(event)
  }

  private release(): void {
    if (this.out.closed) this.unsubscribe()
  }

  private end(tell: (inner: Inner<T>) => void): void {
    const inners = [...this.held.values()]
    this.held.clear()
    inners.forEach(tell)
  }
}
