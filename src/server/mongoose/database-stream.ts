import type mongoose from 'mongoose'
import type { RawEvent } from './change-events.js'
import type { ClusterTime } from './cluster-time.js'
import { isDenied, isHistoryLost, isPassing } from './mongodb-errors.js'
import type { Retry } from './retry.js'

type Db = mongoose.mongo.Db
type Stream = mongoose.mongo.ChangeStream<mongoose.mongo.BSON.Document, RawEvent & mongoose.mongo.ChangeStreamDocument>

/** What a stream is for. What it calls may take its time: the next event waits. */
export interface StreamHandlers {
  /** The stream goes on from `time`, having told nothing yet; `lost` is why it could not go on from where it was. */
  started(time: ClusterTime, lost: string | undefined): void
  event(event: RawEvent, token: unknown): Promise<void>
  /** A batch came back empty. */
  idle(token: unknown): Promise<void>
}

export interface StreamOptions {
  /** How long the server may wait for the next event, in ms. */
  readonly awaitMs: number
  /** Whether the server can give documents as they were after each change. */
  readonly postImages: boolean
}

/** So often a server may refuse to go on from a token, without a word about why, until it is taken as lost. */
const patience = 3
/** So many empty batches without any wait, one after the other, are those of a cursor that has ended. */
const emptyBatches = 50

/** Which fields changed is of no use here, and would make some events too large. */
const pipeline = [{ $project: { updateDescription: 0 } }]

/**
 * The change stream of a database, kept going: the driver resumes it by itself as long as it can; when it gives up, the stream is opened again
 * where it stood, and where that is impossible, now, which `started` tells.
 */
export class DatabaseStream {
  private stream: Stream | undefined
  private start: { startAtOperationTime: ClusterTime } | { resumeAfter: unknown } | { startAfter: unknown } | undefined
  private failures = 0
  /** The server has answered once. */
  private proven = false

  constructor(
    private readonly db: Db,
    private readonly retry: Retry,
    private readonly handlers: StreamHandlers,
    private readonly options: StreamOptions,
  ) {}

  /** Runs until `close`; rejects only if the server denies the stream from the start. */
  async run(): Promise<void> {
    let lost: string | undefined
    while (!this.retry.isClosed()) {
      try {
        if (this.start === undefined) {
          const startAtOperationTime = await operationTime(this.db)
          this.start = { startAtOperationTime }
          this.handlers.started(startAtOperationTime, lost)
        }
        await this.follow()
      } catch (error) {
        if (isDenied(error) && !this.proven) throw error
        this.failures++
        if (isHistoryLost(error) || (!isPassing(error) && this.failures >= patience)) {
          this.start = undefined
          lost = error instanceof Error ? error.message : String(error)
        }
        // A first loss is mended at once: the feeds stand still meanwhile.
        if (this.start !== undefined || this.failures > 1) await this.retry.pause(this.failures)
      }
    }
  }

  async close(): Promise<void> {
    await this.stream?.close().catch(() => undefined)
  }

  /** Returns when the stream has ended as it may: with the database. */
  private async follow(): Promise<void> {
    const { awaitMs, postImages } = this.options
    const stream: Stream = this.db.watch(pipeline, {
      ...this.start,
      fullDocument: postImages ? 'whenAvailable' : 'updateLookup',
      maxAwaitTimeMS: awaitMs,
    })
    this.stream = stream
    try {
      for (let empty = 0; !this.retry.isClosed();) {
        const asked = Date.now()
        const event = await stream.tryNext()
        this.proven = true
        if (event !== null) {
          empty = 0
          await this.handlers.event(event, stream.resumeToken)
        } else {
          empty = Date.now() - asked > 1 ? 0 : empty + 1
          if (empty > emptyBatches) throw new Error('the change stream has ended')
          await this.handlers.idle(stream.resumeToken)
        }
        if (empty === 0) this.failures = 0
        // Only now: what was not handed over is asked for again.
        if (event?.operationType === 'invalidate') {
          this.start = { startAfter: event._id }
          return
        }
        if (stream.resumeToken !== undefined && stream.resumeToken !== null) this.start = { resumeAfter: stream.resumeToken }
      }
    } finally {
      this.stream = undefined
      await stream.close().catch(() => undefined)
    }
  }
}

/** The newest time that the server has. */
export async function operationTime(db: Db): Promise<ClusterTime> {
  const { operationTime } = (await db.command({ ping: 1 })) as { operationTime?: ClusterTime }
  if (operationTime === undefined) throw new Error('the server tells no operationTime')
  return operationTime
}
