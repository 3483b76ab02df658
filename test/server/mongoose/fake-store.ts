import { type Position, sortableNumber } from '../../../src/streams/cursor.js'
import { compileFilter, type Filter } from '../../../src/streams/query.js'
import type { ChangeRecord, ChangeSource, ChangeTransaction, CollectionRead } from '../../../src/server/mongoose/change-source.js'

type Doc = Record<string, unknown>

/** A write of a test: `doc` missing is a delete, `id` missing the drop of the collection. */
export interface FakeWrite {
  readonly id?: string
  readonly doc?: Doc
}

/** A store in memory; asynchronous ones read at some moment between the call and the answer, both of which the test decides. */
export class FakeStore implements ChangeSource {
  readonly rootId = 'fake'
  readonly docs = new Map<string, Doc>()
  /** The state after each position, to compare with. */
  readonly history = new Map<Position, ReadonlyMap<string, Doc>>()
  private count = 0
  private readonly listeners = new Set<(transaction: ChangeTransaction) => void>()
  private readonly reads: { take(): void; give(): void }[] = []

  constructor(private readonly synchronous: boolean) {
    this.history.set(this.position(), new Map())
  }

  get listening(): number {
    return this.listeners.size
  }

  position(): Position {
    return sortableNumber(this.count)
  }

  onCommit(listener: (transaction: ChangeTransaction) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  onLost(): () => void {
    return () => undefined
  }

  ready(): Promise<void> {
    return Promise.resolve()
  }

  storeFilter<F>(filter: F): F {
    return filter
  }

  changesSince(): undefined {
    return undefined
  }

  write(...writes: readonly FakeWrite[]): void {
    const position = sortableNumber(++this.count)
    const changes = writes.map(({ id, doc }): ChangeRecord => {
      const known = id !== undefined && this.docs.has(id)
      if (id === undefined) this.docs.clear()
      else if (doc === undefined) this.docs.delete(id)
      else this.docs.set(id, doc)
      const operation = id === undefined ? 'drop' : doc === undefined ? 'delete' : known ? 'update' : 'insert'
      return { position, operation, collection: 'c', id, ...(doc && { document: { ...doc, _id: id } }) }
    })
    this.history.set(position, new Map(this.docs))
    for (const listener of [...this.listeners]) listener({ position, changes })
  }

  read(_collection: string, filter: Filter<Doc>): CollectionRead | Promise<CollectionRead> {
    const matches = compileFilter<Doc>(filter)
    const look = (): CollectionRead => ({
      position: this.position(),
      documents: [...this.docs].filter(([, doc]) => matches(doc)).map(([_id, doc]) => ({ ...doc, _id })),
    })
    if (this.synchronous) return look()
    return new Promise((resolve) => {
      let taken: CollectionRead | undefined
      this.reads.push({
        take: () => (taken ??= look()),
        give: () => {
          resolve((taken ??= look()))
        },
      })
    })
  }

  /** The oldest read under way sees the store as it is now. */
  take(): void {
    this.reads[0]?.take()
  }

  /** The oldest read under way is answered. */
  async give(): Promise<void> {
    this.reads.shift()?.give()
    await Promise.resolve()
    await Promise.resolve()
  }

  get reading(): boolean {
    return this.reads.length > 0
  }

  caughtUp(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
