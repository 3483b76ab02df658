import type { Cursor } from '../../streams/cursor.js'
import type { Feed, Key } from '../../streams/event.js'
import type { Page, PageRange } from '../../streams/node.js'
import { picker } from '../../streams/operators/fields.js'
import type { Query } from '../../streams/query.js'
import type { ChannelStore, Item, Write } from './channel-store.js'
import { type AllowList, authorize, type ChannelRules, checkRules, limitsOf, readFilter } from './rules.js'
import { toldWriteError } from './told-write-error.js'
import { checkWrite, matches, writeGuard } from './write-guard.js'
import { writeKey } from './write-key.js'

type Rules = ChannelRules<Item, unknown>

/** A store under a name, with its rules: everything a client may ask of it goes through here. */
export class Channel {
  constructor(
    readonly name: string,
    private readonly store: ChannelStore,
    private readonly rules: Rules,
  ) {
    checkRules(name, rules)
  }

  /** The query as it is run for `user`. Throws `QueryError`, `DeniedError`. */
  authorize(user: unknown, query: unknown): Query<Item> {
    return authorize(this.name, this.rules, user, query)
  }

  /** The live items of an authorized query; its `fields` is the caller's to apply. */
  feed({ fields: _fields, ...query }: Query<Item>): Feed<Item> {
    return this.store.feed(query, limitsOf(this.rules).rows)
  }

  cursor(): Cursor {
    return this.store.cursor()
  }

  /** The keys of what changed in an authorized query after `cursor`, if that is known. */
  touchedSince({ filter }: Query<Item>, cursor: Cursor, limit: number): ReturnType<ChannelStore['touchedSince']> {
    return this.store.touchedSince(cursor, limit, filter)
  }

  async get(user: unknown, id: Key): Promise<Item | undefined> {
    const filter = readFilter(this.name, this.rules, user)
    const item = await this.store.get(id)
    return item !== undefined && matches(filter, item) ? this.project(item) : undefined
  }

  async page(user: unknown, range: PageRange): Promise<Page<Item>> {
    const filter = readFilter(this.name, this.rules, user) ?? {}
    const { limit } = limitsOf(this.rules)
    const max = Math.min(range.max ?? limit, limit)
    // To stores a limit of 0 means none.
    const page = await this.store.page(filter, { ...range, max: Math.max(max, 1) })
    if (max < 1) return { items: [], ...(page.count !== undefined && { count: page.count }) }
    return { ...page, items: page.items.map(([id, item]) => [id, this.project(item)]) }
  }

  async write(user: unknown, write: Write): Promise<Key> {
    checkWrite(this.name, this.rules, write)
    try {
      return await this.store.write({ ...write, write: writeKey(this.name, user, write) }, writeGuard(this.name, this.rules, user))
    } catch (error) {
      throw toldWriteError(error, this.name, write, (field) => this.readable === '*' || this.readable.includes(field))
    }
  }

  private get readable(): AllowList {
    return this.rules.fields?.readable ?? []
  }

  private project(item: Item): Item {
    return this.readable === '*' ? item : picker<Item>(this.readable)(item)
  }
}
