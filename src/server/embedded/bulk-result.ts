import type { Doc } from './codec.js'

/** What a bulk write did, in the form of MongoDB's protocol, which Mongoose also makes by itself. */
export interface BulkTally {
  ok: number
  nInserted: number
  nUpserted: number
  nMatched: number
  nModified: number
  nRemoved: number
  insertedIds: { index: number; _id: unknown }[]
  upserted: { index: number; _id: unknown }[]
  writeErrors: BulkWriteFailure[]
  writeConcernErrors: unknown[]
}

export function emptyTally(): BulkTally {
  const counts = { ok: 1, nInserted: 0, nUpserted: 0, nMatched: 0, nModified: 0, nRemoved: 0 }
  return { ...counts, insertedIds: [], upserted: [], writeErrors: [], writeConcernErrors: [] }
}

/** The result of a bulk write. MongoDB's driver has the same class, but doesn't export it. */
export class BulkWriteResult {
  readonly insertedCount: number
  readonly matchedCount: number
  readonly modifiedCount: number
  readonly deletedCount: number
  readonly upsertedCount: number
  readonly insertedIds: Record<number, unknown>
  readonly upsertedIds: Record<number, unknown>
  declare readonly result: BulkTally

  constructor(tally: BulkTally) {
    // Hidden, as in the driver: it holds whole documents.
    Object.defineProperty(this, 'result', { value: tally, enumerable: false })
    this.insertedCount = tally.nInserted
    this.matchedCount = tally.nMatched
    this.modifiedCount = tally.nModified
    this.deletedCount = tally.nRemoved
    this.upsertedCount = tally.upserted.length
    this.insertedIds = byIndex(tally.insertedIds)
    this.upsertedIds = byIndex(tally.upserted)
  }

  get ok(): number {
    return this.result.ok
  }
  isOk(): boolean {
    return this.result.ok === 1
  }
  getRawResponse(): BulkTally {
    return this.result
  }
  getUpsertedIdAt(index: number): { index: number; _id: unknown } | undefined {
    return this.result.upserted[index]
  }
  hasWriteErrors(): boolean {
    return this.result.writeErrors.length > 0
  }
  getWriteErrors(): BulkWriteFailure[] {
    return this.result.writeErrors
  }
  getWriteErrorCount(): number {
    return this.result.writeErrors.length
  }
  getWriteErrorAt(index: number): BulkWriteFailure | undefined {
    return this.result.writeErrors[index]
  }
}

/** One operation that failed; `err` is where Mongoose looks for its index. */
export class BulkWriteFailure {
  constructor(readonly err: Doc & { readonly index: number; readonly errmsg: string }) {}

  get code(): unknown {
    return this.err.code
  }
  get index(): number {
    return this.err.index
  }
  get errmsg(): string {
    return this.err.errmsg
  }
  get keyPattern(): unknown {
    return this.err.keyPattern
  }
  get keyValue(): unknown {
    return this.err.keyValue
  }
  getOperation(): unknown {
    return this.err.op
  }
  toJSON(): Doc {
    return { code: this.code, index: this.index, errmsg: this.errmsg, op: this.err.op }
  }
}

function byIndex(ids: readonly { index: number; _id: unknown }[]): Record<number, unknown> {
  return Object.fromEntries(ids.map(({ index, _id }) => [index, _id]))
}
