import type { Transaction } from 'lmdb'
import type { CollectionEntry, IndexEntry } from './catalog.js'
import type { Environment, Table } from './environment.js'
import { behind, entryRange } from './indexes.js'
import type { CodeRange } from './plan.js'

/** The key of a document. */
export function documentKey(collection: number, id: Buffer): Buffer {
  const key = Buffer.allocUnsafe(4 + id.length)
  key.writeUInt32BE(collection)
  id.copy(key, 4)
  return key
}

/** Everything that belongs to a collection (in the table of documents) or to an index (in that of indexes). */
export function wholeRange(id: number): { start: Buffer; end: Buffer } {
  const start = Buffer.allocUnsafe(4)
  const end = Buffer.allocUnsafe(4)
  start.writeUInt32BE(id)
  end.writeUInt32BE(id + 1)
  return { start, end }
}

/** Reads the tables; with `transaction` as they were when it began. */
export class TableReader {
  constructor(
    readonly environment: Environment,
    private readonly transaction?: Transaction,
  ) {}

  document(entry: CollectionEntry, id: Buffer): Buffer | undefined {
    const key = documentKey(entry.id, id)
    if (this.transaction === undefined) return this.environment.documents.getBinary(key)
    // lmdb's get doesn't keep to an older transaction, its ranges do.
    for (const found of this.range(this.environment.documents, key, behind(key, Buffer.alloc(0)), false)) {
      return found.key.equals(key) ? found.value : undefined
    }
    return undefined
  }

  *documents(entry: CollectionEntry, range: CodeRange, reverse: boolean): Generator<Buffer> {
    const { start } = wholeRange(entry.id)
    const low = Buffer.concat([start, range.low])
    for (const { value } of this.range(this.environment.documents, low, behind(start, range.high), reverse)) yield value
  }

  *entries(index: IndexEntry, range: CodeRange, reverse: boolean): Generator<{ key: Buffer; id: Buffer }> {
    const { start, end } = entryRange(index, range.low, range.high)
    for (const { key, value } of this.range(this.environment.indexes, start, end, reverse)) yield { key, id: value }
  }

  private range(table: Table, low: Buffer, high: Buffer, reverse: boolean): Iterable<{ key: Buffer; value: Buffer }> {
    const bounds = reverse ? { start: high, end: low, inclusiveEnd: true, reverse } : { start: low, end: high }
    return table.getRange(this.transaction ? { ...bounds, transaction: this.transaction } : bounds)
  }
}
