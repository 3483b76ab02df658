import { markOf, type Position, type RootMark } from '../../streams/cursor.js'
import { turns } from '../../streams/internal/turns.js'
import type { Filter } from '../../streams/query.js'
import type { ChangeSource, ChangeTransaction } from './change-source.js'
import { CollectionFeeds } from './collection-feeds.js'
import type { Item } from './items.js'
import type { LiveQuery } from './live-query.js'

/**
 * The root of all feeds of one connection: every transaction of its store is one turn, in which all live queries concerned send their
 * events, and then their commits.
 */
export class ChangeRoot {
  /** The newest transaction that the feeds have been told of. */
  reached: Position
  /** Events of a transaction are being sent; their commits follow. */
  sending = false
  private readonly collections = new Map<string, CollectionFeeds>()
  private readonly touched = new Set<LiveQuery>()
  private readonly awaiting = new Set<LiveQuery>()
  private readonly stop: (() => void)[]

  constructor(readonly source: ChangeSource) {
    this.reached = source.position()
    this.stop = [
      source.onCommit((transaction) => {
        turns.run(() => {
          this.send(transaction)
        })
      }),
      source.onLost((_reason, name) => {
        turns.run(() => {
          for (const collection of this.collections.values()) if (name === undefined || name === collection.collection) collection.refresh()
        })
      }),
    ]
  }

  /** The mark of a state that contains everything up to `position`, or up to what was sent if that is newer. */
  markAt(position: Position = ''): RootMark {
    return markOf(this, { [this.source.rootId]: position > this.reached ? position : this.reached })
  }

  collection(name: string, storeFilter: (filter: Filter<Item>) => Readonly<Record<string, unknown>>): CollectionFeeds {
    let feeds = this.collections.get(name)
    if (feeds === undefined) this.collections.set(name, (feeds = new CollectionFeeds(this, name, storeFilter)))
    return feeds
  }

  /** `query` has sent events: it is to commit. Only while `sending`. */
  touch(query: LiveQuery): void {
    this.touched.add(query)
  }

  /** `query` has subscribers that are to be ready at the end of this or a later transaction. */
  await(query: LiveQuery): void {
    this.awaiting.add(query)
  }

  async close(): Promise<void> {
    for (const stop of this.stop) stop()
    await this.source.close()
  }

  private send(transaction: ChangeTransaction): void {
    this.reached = transaction.position
    this.sending = true
    try {
      for (const change of transaction.changes) this.collections.get(change.collection)?.apply(change)
    } finally {
      this.sending = false
      this.commit()
    }
  }

  private commit(): void {
    if (this.touched.size === 0 && this.awaiting.size === 0) return
    const touched = [...this.touched]
    const awaiting = [...this.awaiting]
    this.touched.clear()
    this.awaiting.clear()
    for (const query of touched) query.commit(true)
    for (const query of awaiting) query.commit(false)
  }
}
