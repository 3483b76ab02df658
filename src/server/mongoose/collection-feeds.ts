import { Observable } from 'rxjs'
import type { Position } from '../../streams/cursor.js'
import type { Feed, FeedEvent, Key } from '../../streams/event.js'
import { turns } from '../../streams/internal/turns.js'
import { canonicalQuery, equalValues, type Filter } from '../../streams/query.js'
import { Router } from '../hub/router.js'
import type { ChangeRecord, CollectionRead } from './change-source.js'
import type { ChangeRoot } from './change-root.js'
import { type Item, keyOf, toItem } from './items.js'
import { LiveQuery } from './live-query.js'

/** What a collection held at one position, as items. */
export interface ItemsRead {
  readonly position: Position
  readonly items: Iterable<readonly [Key, Item]>
}

interface Known {
  item: Item
  readonly holders: LiveQuery[]
}

/** All live queries of one collection: they share its items, and a change goes to those that hold the item or could match it. */
export class CollectionFeeds {
  private readonly queries = new Map<string, LiveQuery>()
  private readonly router = new Router<LiveQuery>()
  /** Those between listening and having read: they hear everything. */
  private readonly reading = new Set<LiveQuery>()
  private readonly items = new Map<Key, Known>()

  constructor(
    readonly root: ChangeRoot,
    readonly collection: string,
    private readonly storeFilter: (filter: Filter<Item>) => Readonly<Record<string, unknown>>,
  ) {}

  /** What matches `filter`, live; subscriptions to the same filter share one live query. */
  feed(filter: Filter<Item>, maxRows: number): Feed<Item> {
    const name = `${maxRows} ${canonicalQuery({ filter })}`
    return new Observable<FeedEvent<Item>>((out) => {
      turns.join(() => {
        let query = this.queries.get(name)
        if (query === undefined) {
          query = new LiveQuery(this, filter, maxRows, () => {
            this.remove(name)
          })
          this.queries.set(name, query)
          this.router.add(query, filter)
        }
        query.attach(out)
      })
    })
  }

  /** What `filter` matches, or a little more: from the store, or from memory if the whole collection is live. */
  read(filter: Filter<Item>): ItemsRead | Promise<ItemsRead> {
    if (!this.root.sending) {
      for (const query of this.queries.values()) if (query.isWhole) return { position: this.root.reached, items: query.items }
    }
    const read = this.root.source.read(this.collection, this.storeFilter(filter))
    return read instanceof Promise ? read.then((result) => this.itemsOf(result)) : this.itemsOf(read)
  }

  private itemsOf({ position, documents }: CollectionRead): ItemsRead {
    return { position, items: this.entriesOf(documents) }
  }

  private *entriesOf(documents: CollectionRead['documents']): Iterable<readonly [Key, Item]> {
    for (const document of documents) {
      const key = keyOf(document['_id'])
      yield [key, this.known(key, toItem(document))]
    }
  }

  refresh(): void {
    for (const query of this.queries.values()) query.refresh()
  }

  apply(change: ChangeRecord): void {
    for (const query of this.reading) query.hear(change)
    if (this.queries.size === 0) return
    if (change.operation === 'drop') {
      for (const query of this.queries.values()) query.drop(change.position)
      return
    }
    // A change whose document is gone by now: the delete will come.
    if (change.operation !== 'delete' && change.document === undefined) return
    const key = keyOf(change.id)
    const concerned = new Set(this.items.get(key)?.holders)
    const item = change.operation === 'delete' ? undefined : this.known(key, toItem(change.document!))
    if (item !== undefined) this.router.candidates(item, concerned)
    for (const query of concerned) query.update(change.position, key, item)
  }

  startReading(query: LiveQuery): void {
    this.reading.add(query)
  }

  endReading(query: LiveQuery): void {
    this.reading.delete(query)
  }

  /** The item that is known under `key` if it equals `item`: then nothing has changed, and nothing is held twice. */
  known(key: Key, item: Item): Item {
    const known = this.items.get(key)?.item
    return known !== undefined && equalValues(known, item) ? known : item
  }

  hold(key: Key, item: Item, query: LiveQuery, fresh: boolean): void {
    const known = this.items.get(key)
    if (known === undefined) {
      this.items.set(key, { item, holders: [query] })
      return
    }
    known.item = item
    if (fresh) known.holders.push(query)
  }

  release(key: Key, query: LiveQuery): void {
    const known = this.items.get(key)
    if (known === undefined) return
    const place = known.holders.indexOf(query)
    if (place >= 0) known.holders.splice(place, 1)
    if (known.holders.length === 0) this.items.delete(key)
  }

  private remove(name: string): void {
    const query = this.queries.get(name)
    if (query === undefined) return
    this.queries.delete(name)
    this.router.delete(query)
    this.reading.delete(query)
    for (const key of query.items.keys()) this.release(key, query)
  }
}
