import { DeniedError, MissingError } from '../../errors.js'
import type { Cursor } from '../../streams/cursor.js'
import type { Feed, Key } from '../../streams/event.js'
import type { Page, PageRange } from '../../streams/node.js'
import { picker } from '../../streams/operators/fields.js'
import { compileFilter, type Filter, type Query } from '../../streams/query.js'
import type { ChannelStore, Item, Write, WriteGuard } from './channel-store.js'
import { type AllowList, authorize, type ChannelRules, checkRules, checkWritable, limitsOf, readFilter, type Verdict } from './rules.js'
import { toldWriteError } from './told-write-error.js'
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
    if (write.type === 'publish') this.checkFields(Object.keys(write.item))
    else if (write.type === 'patch') this.checkFields([...Object.keys(write.set), ...write.unset])
    else if (this.rules.retract === undefined) throw new DeniedError(`retracting from ${this.name} is not allowed`)
    try {
      return await this.store.write({ ...write, write: writeKey(this.name, user, write) }, this.guard(user))
    } catch (error) {
      throw toldWriteError(error, this.name, write, (field) => this.readable === '*' || this.readable.includes(field))
    }
  }

  private get readable(): AllowList {
    return this.rules.fields?.readable ?? []
  }

  private checkFields(fields: readonly string[]): void {
    if ((this.rules.create ?? this.rules.patch) === undefined) throw new DeniedError(`writing to ${this.name} is not allowed`)
    checkWritable(this.name, this.rules, fields)
  }

  private guard(user: unknown): WriteGuard {
    const { rules, name } = this
    const writable = rules.fields?.writable ?? []
    return {
      isWritable: (field) => writable === '*' || writable.includes(field),
      see: (item) => {
        this.demandVisible(user, item)
      },
      create: (item) => {
        this.demand(rules.create?.(user, item), [item], `creating this item in ${name} is not allowed to this user`)
      },
      patch: (before, after) => {
        this.demandVisible(user, before)
        this.demand(rules.patch?.(user, before, after), [before, after], `this change in ${name} is not allowed to this user`)
      },
      retract: (before) => {
        this.demandVisible(user, before)
        this.demand(rules.retract?.(user, before), [before], `retracting this item from ${name} is not allowed to this user`)
      },
    }
  }

  /** What a user may not see isn't there: a refusal would tell that it is. */
  private demandVisible(user: unknown, item: Item): void {
    if (this.rules.read === undefined) return
    const verdict = this.rules.read(user)
    if (verdict === true || (verdict !== false && matches(verdict, item))) return
    throw new MissingError(`there is no such item in ${this.name}`)
  }

  private demand(verdict: Verdict<Item> | undefined, items: readonly Item[], refusal: string): void {
    if (verdict === true) return
    if (verdict !== undefined && verdict !== false && items.every((item) => matches(verdict, item))) return
    throw new DeniedError(refusal)
  }

  private project(item: Item): Item {
    return this.readable === '*' ? item : picker<Item>(this.readable)(item)
  }
}

function matches(filter: Filter<Item> | undefined, item: Item): boolean {
  return filter === undefined || compileFilter<Item>(filter, { allowRegExp: true })(item)
}
