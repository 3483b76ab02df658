import { Subscriber } from 'rxjs'
import { ConflictError, DeniedError, MissingError, ValidationError } from '../../errors.js'
import type { Cursor } from '../../streams/cursor.js'
import type { Feed, FeedEvent, Key } from '../../streams/event.js'
import { applyEvent } from '../../streams/event.js'
import type { Page, PageRange } from '../../streams/node.js'
import { query as runQuery } from '../../streams/operators/query.js'
import { compileFilter, type Filter, type Query } from '../../streams/query.js'
import type { Source } from '../../streams/source.js'
import type { ChannelStore, Item, Write, WriteGuard } from './channel-store.js'

const remembered = 10_000

/** Any feed behind a channel: it can be read. With a `Source`, which lives as long as the process, it can be written too. */
export class FeedStore implements ChannelStore {
  private readonly results = new Map<string, Key>()

  constructor(
    private readonly channel: string,
    private readonly items: Feed<Item>,
    private readonly source: Source<Item> | undefined,
  ) {}

  feed(query: Query<Item>): Feed<Item> {
    return this.items.pipe(runQuery<Item>(query))
  }

  cursor(): Cursor {
    return {}
  }

  touchedSince(): undefined {
    return undefined
  }

  async get(id: Key): Promise<Item | undefined> {
    return this.source === undefined ? (await this.state()).get(id) : this.source.get(id)
  }

  async page(filter: Filter<Item>, { after, before, max }: PageRange & { readonly max: number }): Promise<Page<Item>> {
    const matches = compileFilter<Item>(filter, { allowRegExp: true })
    const all = [...(await this.state())].filter(([, item]) => matches(item)).sort(([a], [b]) => (a < b ? -1 : 1))
    const within = all.filter(([key]) => (after === undefined || key > after) && (before === undefined || key < before))
    const items = before === undefined ? within.slice(0, max) : within.slice(-max)
    const [first] = items
    const last = items.at(-1)
    return { items, count: all.length, ...(first && { first: first[0] }), ...(last && { last: last[0] }) }
  }

  write(write: Write, guard: WriteGuard): Promise<Key> {
    return new Promise((resolve) => {
      resolve(this.once(write, guard))
    })
  }

  private once(write: Write, guard: WriteGuard): Key {
    const known = this.results.get(write.write)
    if (known !== undefined) return known
    if (this.source === undefined) throw new DeniedError(`${this.channel} can be read only`)
    const key = this.carryOut(this.source, write, guard)
    this.results.set(write.write, key)
    for (const oldest of this.results.keys()) {
      if (this.results.size <= remembered) break
      this.results.delete(oldest)
    }
    return key
  }

  private carryOut(source: Source<Item>, write: Write, guard: WriteGuard): Key {
    if (write.type === 'publish') {
      const key = source.keyOf(write.item)
      if (write.id !== undefined && write.id !== key)
        throw new ValidationError(`the item is to be ${JSON.stringify(write.id)}, but its own key is ${JSON.stringify(key)}`)
      const before = source.get(key)
      if (before !== undefined && write.create) throw new ConflictError(`an item ${JSON.stringify(key)} exists already`, { id: key })
      const after = before === undefined ? write.item : { ...unwritable(before, guard), ...write.item }
      if (before === undefined) guard.create(after)
      else guard.patch(before, after)
      source.publish(after)
      return key
    }
    const before = source.get(write.id)
    if (before === undefined) throw new MissingError(`${write.type}: there is no item ${JSON.stringify(write.id)} in ${this.channel}`)
    if (write.type === 'retract') {
      guard.retract(before)
      source.retract(write.id)
      return write.id
    }
    const after: Record<string, unknown> = { ...before, ...write.set }
    for (const field of write.unset) Reflect.deleteProperty(after, field)
    guard.patch(before, after)
    source.patch(write.id, write.set, { unset: write.unset })
    return write.id
  }

  /** The first whole state of the feed. */
  private state(): Promise<ReadonlyMap<Key, Item>> {
    return new Promise((resolve, reject) => {
      const state = new Map<Key, Item>()
      const reader = new Subscriber<FeedEvent<Item>>({
        next: (event: FeedEvent<Item>) => {
          applyEvent(state, event)
          if (event.type !== 'commit') return
          resolve(state)
          reader.unsubscribe()
        },
        error: reject,
        complete: () => {
          resolve(state)
        },
      })
      this.items.subscribe(reader)
    })
  }
}

/** What a client can't write stays when it publishes over an item. */
function unwritable(item: Item, guard: WriteGuard): Item {
  return Object.fromEntries(Object.entries(item).filter(([field]) => !guard.isWritable(field)))
}
