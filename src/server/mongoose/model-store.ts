import type { ClientSession, Connection, Model } from 'mongoose'
import mongoose from 'mongoose'
import { QueryError } from '../../errors.js'
import type { Cursor } from '../../streams/cursor.js'
import type { Feed, Key } from '../../streams/event.js'
import type { Page, PageRange } from '../../streams/node.js'
import { compileFilter, type Filter, type Query } from '../../streams/query.js'
import type { ChannelStore, Write, WriteGuard } from '../hub/channel-store.js'
import { writeDocument } from './document-write.js'
import { modelFeed } from './feed.js'
import { type Item, keyOf, toItem } from './items.js'
import { RememberedWrites } from './remembered-writes.js'
import { refuseReserved } from './reserved-fields.js'
import { discriminatorFilter, storeFilter } from './store-filter.js'
import { changeRootOf } from './watch.js'
import { isTransient, writeError } from './write-errors.js'

type AnyModel = Model<Record<string, unknown>>

const attempts = 5

/** A Mongoose model behind a channel. */
export class ModelStore implements ChannelStore {
  constructor(
    private readonly model: AnyModel,
    private readonly channel: string,
  ) {}

  feed(query: Query<Item>, maxRows: number): Feed<Item> {
    return modelFeed<Record<string, unknown>>(this.model, query, { maxRows })
  }

  cursor(): Cursor {
    return changeRootOf(this.model.db).markAt().cursor()
  }

  async touchedSince(cursor: Cursor, limit: number, filter: Filter<Item> = {}): Promise<readonly Key[] | undefined> {
    const { source } = changeRootOf(this.model.db)
    const position = cursor[source.rootId]
    if (position === undefined || position > source.position()) return undefined
    const changes = await source.changesSince(position, limit)
    if (changes === undefined) return undefined
    const kind = discriminatorFilter(this.model as unknown as Model<never>)
    const all = kind === undefined && Object.keys(filter).length === 0
    const test = compileFilter<Item>(kind === undefined ? filter : { $and: [kind, filter] }, { allowRegExp: true })
    const matches = (document: Item | undefined): boolean => document !== undefined && test(toItem(document))
    const keys = new Set<Key>()
    for (const { collection, operation, id, document, previous } of changes) {
      if (collection !== this.model.collection.collectionName) continue
      if (operation === 'drop') return undefined
      if (all || matches(document) || matches(previous)) keys.add(keyOf(id))
      // It may have matched before, and nobody knows.
      else if (previous === undefined && operation !== 'insert') return undefined
    }
    return [...keys]
  }

  async get(id: Key): Promise<Item | undefined> {
    try {
      const document = await this.model.findById(id).lean<Record<string, unknown>>()
      return document === null ? undefined : toItem(document)
    } catch (error) {
      // An id that can't be one of this model's is simply not there.
      if (error instanceof mongoose.Error.CastError) return undefined
      throw error
    }
  }

  async page(filter: Filter<Item>, range: PageRange & { readonly max: number }): Promise<Page<Item>> {
    const model = this.model as unknown as Model<never>
    const { source } = changeRootOf(this.model.db)
    const base = source.storeFilter(storeFilter(model, { $and: [discriminatorFilter(model) ?? {}, filter] }))
    const backwards = range.before !== undefined
    // Past Mongoose to the driver: Mongoose doesn't know our `$prefix`, and what it would cast has been cast.
    const ids = this.idsBetween(range)
    const selected = this.model.collection.find({ $and: [base, ids] } as never).sort({ _id: backwards ? -1 : 1 })
    const documents = (await selected.limit(range.max).toArray()) as Record<string, unknown>[]
    if (backwards) documents.reverse()
    const matches = compileFilter<Item>(filter, { allowRegExp: true })
    const items = documents.map((document): [Key, Item] => [keyOf(document['_id']), toItem(document)]).filter(([, item]) => matches(item))
    const count = await this.model.collection.countDocuments(base)
    const [first] = items
    const last = items.at(-1)
    return { items, count, ...(first && { first: first[0] }), ...(last && { last: last[0] }) }
  }

  /** The range of keys as a filter on `_id`, cast as the schema has it. */
  private idsBetween({ after, before }: PageRange): object {
    const keys = { ...(after !== undefined && { $gt: after }), ...(before !== undefined && { $lt: before }) }
    if (Object.keys(keys).length === 0) return {}
    try {
      return this.model.find({ _id: keys }).cast(this.model) as object
    } catch (cause) {
      throw new QueryError(
        `page: an id of ${this.model.modelName} can't be ${JSON.stringify(after ?? before)}`,
        after === undefined ? 'before' : 'after',
        { cause },
      )
    }
  }

  async write(write: Write, guard: WriteGuard): Promise<Key> {
    if (write.type !== 'retract') refuseReserved(this.model, Object.keys(write.type === 'publish' ? write.item : write.set))
    const { db } = this.model
    const root = changeRootOf(db)
    const memory = memoryOf(db)
    await root.source.ready()
    await memory.prune()
    for (let attempt = 1; ; attempt++) {
      try {
        const { id, session } = await this.once(memory, write, guard)
        await root.source.caughtUp(session)
        return id
      } catch (error) {
        const mended = writeError(error)
        const repeated = isDuplicateOf(error, write.write)
        if (attempt >= attempts || !(repeated || isTransient(error))) throw mended
      }
    }
  }

  private async once(memory: RememberedWrites, write: Write, guard: WriteGuard): Promise<{ id: Key; session: ClientSession }> {
    let result: Key | undefined
    let used: ClientSession | undefined
    await this.model.db.transaction(async (session: ClientSession) => {
      used = session
      result = await memory.find(write.write, this.channel, session)
      if (result !== undefined) return
      const { _id } = await writeDocument(this.model, write, guard, session)
      result = write.type === 'retract' ? write.id : keyOf(_id)
      await memory.add(write.write, this.channel, result, session)
    })
    return { id: result!, session: used! }
  }
}

/** The same write came twice at once and the other was faster: then its result is there to be read. */
function isDuplicateOf(error: unknown, write: string): boolean {
  const { code, keyValue } = error as { code?: unknown; keyValue?: { _id?: unknown } }
  return code === 11000 && keyValue?._id === write
}

const memories = new WeakMap<Connection, RememberedWrites>()

function memoryOf(connection: Connection): RememberedWrites {
  let memory = memories.get(connection)
  if (memory === undefined) memories.set(connection, (memory = new RememberedWrites(connection)))
  return memory
}
