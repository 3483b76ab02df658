import type mongoose from 'mongoose'
import type { Position } from '../../streams/cursor.js'
import { type RawEvent, readEvent } from './change-events.js'
import type { ChangeRecord } from './change-source.js'
import { type ClusterTime, positionAt, timeOf, tokenTime } from './cluster-time.js'

type Db = mongoose.mongo.Db

/** Reading the past costs about as much as having lived through it: beyond this time a snapshot is cheaper. */
const mostMs = 5_000
const awaitMs = 20

/**
 * What changed at or after `from` up to `to`, from the server's log, ids only; `undefined` if the log doesn't go back that far, or if it is more than
 * `limit`, or takes too long, or a collection was renamed.
 */
export async function pastChanges(db: Db, epoch: number, from: Position, to: Position, limit: number): Promise<ChangeRecord[] | undefined> {
  const startAtOperationTime = timeOf(from, epoch)
  if (startAtOperationTime === undefined) return undefined
  const until = Date.now() + mostMs
  const changes: ChangeRecord[] = []
  const stream = db.watch<mongoose.mongo.BSON.Document, RawEvent & mongoose.mongo.ChangeStreamDocument>(
    [{ $project: { fullDocument: 0, updateDescription: 0 } }],
    { startAtOperationTime, maxAwaitTimeMS: awaitMs },
  )
  try {
    for (let empty = 0; Date.now() < until && changes.length <= limit;) {
      const raw = await stream.tryNext()
      if (raw === null) {
        empty++
        if (isPast(tokenTime(stream.resumeToken), to, epoch, empty)) return changes
        continue
      }
      const event = readEvent(raw)
      if (event === undefined) continue
      if (event.replaced !== undefined) return undefined
      const position = positionAt(epoch, event.time)
      if (position > to) return changes
      for (const { operation, collection, id } of event.changes) changes.push({ position, operation, collection, id })
    }
    return undefined
  } catch {
    return undefined
  } finally {
    await stream.close().catch(() => undefined)
  }
}

/** Of a token that can't be read a second empty batch is proof enough: the first may be that of a cursor just opened. */
function isPast(reached: ClusterTime | undefined, to: Position, epoch: number, empty: number): boolean {
  return reached === undefined ? empty > 1 : positionAt(epoch, reached) >= to
}
