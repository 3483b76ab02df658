import { ArgumentError, ConflictError, MissingError } from '../../errors.js'
import type { Feed, Key } from '../event.js'
import { randomId } from '../internal/random-id.js'
import { turns } from '../internal/turns.js'
import type { Page, PageRange } from '../node.js'
import { Source, type SourceTransaction } from '../source.js'

/** What a `MemoryStore` accepts. */
export interface MemoryStoreOptions {
  /** The nodes that there are; others are a `MissingError`. Default: every node exists. */
  readonly nodes?: readonly string[]
  /** Throws a `DeniedError` for a node that may not be used. */
  readonly allow?: (node: string) => void
  /** Throws a `ValidationError` for an item that isn't acceptable. */
  readonly validate?: (node: string, item: object) => void
}

/** The server that a memory transport doesn't have: named collections, which several transports may share. */
export class MemoryStore {
  private readonly collections = new Map<string, MemoryItems<never>>()

  constructor(private readonly options: MemoryStoreOptions = {}) {}

  /** The collection of that name; throws `MissingError` if there is none. */
  items<T extends object>(name: string): MemoryItems<T> {
    const { nodes, allow, validate } = this.options
    if (nodes !== undefined && !nodes.includes(name)) throw new MissingError(`there is no node ${JSON.stringify(name)}`)
    allow?.(name)
    let items = this.collections.get(name) as unknown as MemoryItems<T> | undefined
    if (items === undefined) {
      items = new MemoryItems<T>((item) => validate?.(name, item))
      this.collections.set(name, items as unknown as MemoryItems<never>)
    }
    return items
  }
}

/** Items beside their keys: each is a copy of what was published, and its key is looked up by identity. */
export class MemoryItems<T extends object> {
  private readonly keys = new WeakMap<T, Key>()
  private readonly source = new Source<T>({ key: (item) => this.keys.get(item)! })
  private readonly order = new Set<Key>()

  constructor(private readonly validate: (item: T) => void) {}

  get feed(): Feed<T> {
    return this.source.feed
  }

  get(id: Key): T | undefined {
    return this.source.get(id)
  }

  publish(item: T, id: Key = randomId(), create = false): Promise<Key> {
    return this.transact((tx) => {
      if (create && tx.get(id) !== undefined) throw new ConflictError(`publish: the id ${JSON.stringify(id)} is taken`, { id })
      this.put(tx, id, { ...item })
      return id
    })
  }

  patch(id: Key, set: Partial<T>, unset: readonly string[] = []): Promise<void> {
    return this.transact((tx) => {
      const next: Record<string, unknown> = { ...this.existing(tx, id, 'patch'), ...set }
      for (const field of unset) Reflect.deleteProperty(next, field)
      this.put(tx, id, next as T)
    })
  }

  retract(id: Key): Promise<void> {
    return this.transact((tx) => {
      this.existing(tx, id, 'retract')
      tx.retract(id)
      this.order.delete(id)
    })
  }

  page({ max = Infinity, after, before }: PageRange): Page<T> {
    if (!(max >= 0)) throw new ArgumentError(`page: max must be a number from 0, not ${max}`)
    const all = [...this.order].sort()
    const ids = all.filter((id) => (after === undefined || id > after) && (before === undefined || id < before))
    const chosen = before === undefined ? ids.slice(0, max) : ids.slice(Math.max(0, ids.length - max))
    const ends = chosen.length === 0 ? {} : { first: chosen[0]!, last: chosen.at(-1)! }
    return { items: chosen.map((id) => [id, this.source.get(id)!] as const), ...ends, count: all.length }
  }

  private existing(tx: SourceTransaction<T>, id: Key, verb: string): T {
    const item = tx.get(id)
    if (item === undefined) throw new MissingError(`${verb}: there is no item ${JSON.stringify(id)}`)
    return item
  }

  private put(tx: SourceTransaction<T>, id: Key, item: T): void {
    this.validate(item)
    this.keys.set(item, id)
    tx.publish(item)
    this.order.add(id)
  }

  /** Resolves when the transaction, now or after the turns that wait, has been told. `write` throws before it writes, or not at all. */
  private transact<R>(write: (tx: SourceTransaction<T>) => R): Promise<R> {
    return new Promise((resolve, reject) => {
      let settle: (() => void) | undefined
      this.source.edit((tx) => {
        try {
          const result = write(tx)
          settle = () => {
            resolve(result)
          }
        } catch (error) {
          settle = () => {
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
            reject(error)
          }
        }
      })
      turns.run(() => settle?.())
    })
  }
}
