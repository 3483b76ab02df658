import mongoose from 'mongoose'
import { BulkWriteFailure, BulkWriteResult, emptyTally, type BulkTally } from './bulk-result.js'
import type { Doc } from './codec.js'
import { compileReplacement, compileUpdate } from './update.js'
import { badValue } from './server-errors.js'
import { insert, remove, update, withId, type Modification } from './statements.js'
import type { Work } from './view.js'

/** Runs a statement in a transaction of its own, or in that of a session. */
export type RunStatement = <T>(statement: (work: Work) => T) => T

type Operation = Readonly<Record<string, Doc>>

/** As many inserts share one transaction: one commit in the change log, and time for others between two. */
const BATCH = 1000

/** Runs the operations in order, each for itself: what was done before a failure stays done. Throws MongoDB's `MongoBulkWriteError`. */
export async function bulkWrite(
  run: RunStatement,
  namespace: string,
  operations: readonly Operation[],
  options: { readonly ordered?: boolean },
): Promise<BulkWriteResult> {
  const ordered = options.ordered !== false
  const tally = emptyTally()
  for (let i = 0; i < operations.length && !(ordered && tally.writeErrors.length > 0);) {
    const inserts = runOfInserts(operations, i)
    if (inserts > 0) insertBatch(run, namespace, operations, i, inserts, ordered, tally)
    else runOne(run, namespace, operations[i]!, i, tally)
    i += Math.max(inserts, 1)
    if (inserts === BATCH) await new Promise(setImmediate)
  }
  const result = new BulkWriteResult(tally)
  const first = tally.writeErrors[0]
  if (first === undefined) return result
  const error = { message: first.errmsg, code: first.code, writeErrors: tally.writeErrors }
  throw new mongoose.mongo.MongoBulkWriteError(error as never, result as never)
}

function runOfInserts(operations: readonly Operation[], from: number): number {
  let length = 0
  while (length < BATCH && from + length < operations.length && Object.hasOwn(operations[from + length]!, 'insertOne')) length++
  return length
}

/** An insert checks before it writes, so one that fails in the middle leaves the others of its transaction whole. */
function insertBatch(
  run: RunStatement,
  namespace: string,
  operations: readonly Operation[],
  from: number,
  count: number,
  ordered: boolean,
  tally: BulkTally,
): void {
  const failures: { index: number; error: unknown }[] = []
  const inserted: BulkTally['insertedIds'] = []
  const insertAll = (work: Work): void => {
    for (let i = from; i < from + count; i++) {
      try {
        inserted.push({ index: i, _id: insert(work, namespace, operations[i]!.insertOne!.document as Doc)._id })
      } catch (error) {
        if (!(error instanceof mongoose.mongo.MongoServerError)) throw error
        failures.push({ index: i, error })
        // The session has to hear of it: its transaction is over.
        if (work.overlay !== undefined) throw error
        if (ordered) return
      }
    }
  }
  try {
    run(insertAll)
  } catch (error) {
    if (failures[0]?.error !== error) throw error
  }
  tally.insertedIds.push(...inserted)
  tally.nInserted += inserted.length
  for (const { index, error } of failures) tally.writeErrors.push(writeError(error, index, operations[index]!))
}

function runOne(run: RunStatement, namespace: string, operation: Operation, index: number, tally: BulkTally): void {
  try {
    count(
      tally,
      index,
      run((work) => apply(work, namespace, operation)),
    )
  } catch (error) {
    tally.writeErrors.push(writeError(error, index, operation))
  }
}

type Outcome = { readonly removed: number } | { readonly modification: Modification }

function count(tally: BulkTally, index: number, outcome: Outcome): void {
  if ('removed' in outcome) return void (tally.nRemoved += outcome.removed)
  const { matched, modified, upserted } = outcome.modification
  tally.nMatched += matched
  tally.nModified += modified
  if (upserted === undefined) return
  tally.nUpserted++
  tally.upserted.push({ index, _id: upserted.id })
}

function apply(work: Work, namespace: string, operation: Operation): Outcome {
  const [name, body] = Object.entries(operation)[0] ?? ['nothing', {}]
  const { filter, sort } = body
  switch (name) {
    case 'updateOne':
    case 'updateMany':
    case 'replaceOne': {
      const compiled =
        name === 'replaceOne' ? compileReplacement(body.replacement) : compileUpdate(body.update, body.arrayFilters as Doc[] | undefined)
      const statement = { filter, sort, update: compiled, multi: name === 'updateMany', upsert: body.upsert === true }
      return { modification: update(work, namespace, statement) }
    }
    case 'deleteOne':
      return { removed: remove(work, namespace, { filter, limit: 1 }).length }
    case 'deleteMany':
      return { removed: remove(work, namespace, { filter }).length }
    default:
      throw badValue(`bulkWrite doesn't know the operation ${name}`)
  }
}

function writeError(error: unknown, index: number, operation: Operation): BulkWriteFailure {
  if (!(error instanceof mongoose.mongo.MongoServerError)) throw error
  const { code, message: errmsg, keyPattern, keyValue } = error as mongoose.mongo.MongoServerError & Doc
  return new BulkWriteFailure({ code, index, errmsg, keyPattern, keyValue, op: operation.insertOne?.document ?? operation })
}

/** Gives the documents of inserts their ids, as the driver does: the caller's objects get them too. */
export function giveIds(documents: readonly Doc[]): void {
  for (const document of documents) if (document._id === undefined) document._id = withId({})._id
}
