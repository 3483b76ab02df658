import { DeniedError } from '../../src/errors.js'
import { type Feed, type Key } from '../../src/streams/event.js'
import type { FeedNode, Page } from '../../src/streams/node.js'
import { query as runQuery } from '../../src/streams/operators/query.js'
import type { Query } from '../../src/streams/query.js'
import { Source } from '../../src/streams/source.js'

export type Item = Record<string, unknown>

/** A write that the test lets happen and answers, in whichever order it likes. */
export interface Write {
  readonly kind: 'publish' | 'patch' | 'retract'
  readonly id: Key | undefined
  readonly value: unknown
  readonly unset: readonly string[] | undefined
  /** The server carries it out: subscribers hear of it. Returns the key. */
  echo(key?: Key): Key
  /** The promise resolves. */
  answer(): Promise<void>
  refuse(error?: Error): Promise<void>
}

/** A node whose server does nothing by itself. */
export class StubNode implements FeedNode<Item> {
  readonly name = 'stub'
  readonly writes: Write[] = []
  private readonly keys = new WeakMap<Item, Key>()
  readonly source: Source<Item>
  private chosen = 0

  constructor(initial: Record<Key, Item> = {}) {
    const items = Object.entries(initial).map(([id, item]) => this.keyed(id, item))
    this.source = new Source<Item>({ key: (item) => this.keys.get(item)!, initial: items })
  }

  feed(query: Query<Item> = {}): Feed<Item> {
    return runQuery<Item>(query)(this.source.feed)
  }

  publish(item: Item, options: { id?: Key; create?: boolean } = {}): Promise<Key> {
    return this.write('publish', options.id, item, undefined, (key) => this.put(key, item)) as Promise<Key>
  }

  patch(id: Key, set: Item, options: { unset?: readonly string[] } = {}): Promise<void> {
    return this.write('patch', id, set, options.unset, () => {
      const next = { ...this.source.get(id), ...set }
      for (const name of options.unset ?? []) Reflect.deleteProperty(next, name)
      this.put(id, next)
    }) as Promise<any>
  }

  retract(id: Key): Promise<void> {
    return this.write('retract', id, undefined, undefined, () => this.source.retract(id)) as Promise<any>
  }

  async get(id: Key): Promise<Item | undefined> {
    return this.source.get(id)
  }

  async page(): Promise<Page<Item>> {
    return { items: [['p1', { title: 'page' }]], first: 'p1', last: 'p1', count: 9 }
  }

  /** Somebody else writes. */
  put(id: Key, item: Item): void {
    this.source.publish(this.keyed(id, item))
  }

  private keyed(id: Key, item: Item): Item {
    const copy = { ...item }
    this.keys.set(copy, id)
    return copy
  }

  private write(
    kind: Write['kind'],
    id: Key | undefined,
    value: unknown,
    unset: readonly string[] | undefined,
    act: (key: Key) => void,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let key: Key | undefined
      this.writes.push({
        kind,
        id,
        value,
        unset,
        echo: (given) => {
          key = given ?? id ?? `server${++this.chosen}`
          act(key)
          return key
        },
        answer: () => {
          resolve(kind === 'publish' ? (key ?? id) : undefined)
          return settled()
        },
        refuse: (error = new DeniedError('no')) => {
          reject(error)
          return settled()
        },
      })
    })
  }
}

/** When all callbacks of a promise that has just been settled have run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
