import type { ClientSession, Connection } from 'mongoose'
import type { Position } from '../../streams/cursor.js'
import { reportLater } from '../../streams/internal/turns.js'
import { Arrivals } from './arrivals.js'
import { type RawEvent, readEvent } from './change-events.js'
import type { ChangeRecord, ChangeSource, ChangeTransaction, CollectionRead } from './change-source.js'
import { type ClusterTime, justBefore, positionAt, timeOf, tokenTime } from './cluster-time.js'
import { DatabaseStream, operationTime } from './database-stream.js'
import { HistoryMark } from './history-mark.js'
import { closedError, deniedError, standaloneError } from './mongodb-errors.js'
import { mongodbFilter } from './mongodb-filter.js'
import { pastChanges } from './past-changes.js'
import { PostImages } from './post-images.js'
import { RecentChanges } from './recent-changes.js'
import { Retry } from './retry.js'
import { StoreReads } from './store-reads.js'
import { type EventGroup, TransactionAssembler } from './transaction-assembler.js'

/** How a database is followed. */
export interface MongodbSourceOptions {
  /** How long the server may wait for an event before it says that there is none, in ms. Default 250. A transaction of another process is whole after that at the latest. */
  readonly awaitMs?: number
  /** Whether collections that have feeds are to have post-images. Default true. Without, updates are looked up. */
  readonly postImages?: boolean
}

/** The wire version of MongoDB 6.0, the first that can keep post-images. */
const postImagesSince = 17

interface Hello {
  readonly setName?: string
  readonly msg?: string
  readonly maxWireVersion?: number
}

/** What is known once the server has been asked. */
interface Opened {
  readonly stream: DatabaseStream
  readonly images: PostImages
}

/**
 * A MongoDB replica set or sharded cluster as the source of a change root: one change stream of the connection's database, which begins with the first
 * use of the connection and ends with it. Every position is a cluster time, so any process can go on from it.
 *
 * Of collections whose post-images could not be switched on (`collMod`), an update shows the document as it is when its event comes. It can then be newer than
 * the event, and a commit can show half of a later transaction; what comes after it mends that.
 */
export class MongodbSource implements ChangeSource {
  private id = ''
  private epoch = 0
  private reached: Position = ''
  /** The time of the newest event that has come, though perhaps not been handed over. */
  private received: ClusterTime | undefined
  private assembler = new TransactionAssembler(false)
  private sharded = false
  private recent = new RecentChanges('')
  private scan: Promise<unknown> = Promise.resolve()
  /** Positions up to here are known to be out of reach. */
  private beyond: Position = ''
  private readonly followed = new Set<string>()
  private readonly commitListeners = new Set<(transaction: ChangeTransaction) => void>()
  private readonly lostListeners = new Set<(reason: string, collection?: string) => void>()
  private readonly retry = new Retry()
  private readonly mark: HistoryMark
  private readonly arrivals: Arrivals
  private readonly reads: StoreReads
  private readonly opened: Promise<Opened>
  private running: Promise<void> | undefined

  constructor(
    private readonly connection: Connection,
    private readonly options: MongodbSourceOptions = {},
  ) {
    this.mark = new HistoryMark(connection)
    this.arrivals = new Arrivals(() => this.mark.nudge())
    this.reads = new StoreReads(connection, this.retry)
    this.opened = this.open()
    // Whoever reads hears of it.
    this.opened.catch(() => undefined)
  }

  get rootId(): string {
    return this.id
  }

  position(): Position {
    return this.reached
  }

  onCommit(listener: (transaction: ChangeTransaction) => void): () => void {
    this.commitListeners.add(listener)
    return () => void this.commitListeners.delete(listener)
  }

  onLost(listener: (reason: string, collection?: string) => void): () => void {
    this.lostListeners.add(listener)
    return () => void this.lostListeners.delete(listener)
  }

  async ready(): Promise<void> {
    await this.opened
  }

  storeFilter(filter: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return mongodbFilter(filter)
  }

  async read(collection: string, filter: Readonly<Record<string, unknown>>): Promise<CollectionRead> {
    // Before anything else: from here on the documents of its events are wanted.
    this.followed.add(collection)
    const { images } = await this.opened
    const exact = await images.ensure(collection)
    const known = this.received!
    const { time, documents } = await this.reads.snapshot(collection, filter, () => this.received)
    // Post-images would step back from what was read. Documents looked up never do, and need not trust the time of the snapshot.
    return { position: positionAt(this.epoch, exact ? time : known), documents }
  }

  async changesSince(position: Position, limit: number): Promise<readonly ChangeRecord[] | undefined> {
    await this.opened
    if (timeOf(position, this.epoch) === undefined || position > this.reached) return undefined
    // One at a time, each for all: clients that come back together come from about the same position.
    if (this.recent.since(position) === undefined) await (this.scan = this.scan.then(() => this.lookBack(position, limit)))
    const changes = this.recent.since(position)
    return changes === undefined || changes.length > limit ? undefined : changes
  }

  async caughtUp(session?: ClientSession): Promise<void> {
    await this.opened
    const time = session?.operationTime ?? (await this.retry.run(() => operationTime(this.connection.db!)))
    const position = positionAt(this.epoch, time)
    if (position > this.reached && !this.retry.isClosed()) await this.arrivals.wait(position)
  }

  async close(): Promise<void> {
    this.retry.close()
    this.arrivals.release()
    const opened = await this.opened.catch(() => undefined)
    await opened?.stream.close()
    await this.running
  }

  private async open(): Promise<Opened> {
    const { db, name } = this.connection
    const hello = await this.retry.run(() => db!.admin().command({ hello: 1 }) as Promise<Hello>)
    this.sharded = hello.msg === 'isdbgrid'
    if (hello.setName === undefined && !this.sharded) throw standaloneError()
    this.assembler = new TransactionAssembler(this.sharded)
    this.id = `mongodb:${await this.retry.run(() => this.mark.read(`${hello.setName ?? 'sharded'}/${name}`))}`
    const postImages = (hello.maxWireVersion ?? 0) >= postImagesSince
    const images = new PostImages(db!, postImages && this.options.postImages !== false)
    return new Promise((resolve, reject) => {
      const stream = new DatabaseStream(
        db!,
        this.retry,
        {
          started: (time, lost) => {
            this.start(time, lost)
          },
          event: (event, token) => {
            resolve({ stream, images })
            return this.receive(images, event, token)
          },
          idle: (token) => {
            resolve({ stream, images })
            return this.rest(images, token)
          },
        },
        { awaitMs: this.options.awaitMs ?? 250, postImages },
      )
      this.running = stream.run().then(
        () => {
          reject(closedError())
        },
        (error: unknown) => {
          reject(deniedError(error))
        },
      )
    })
  }

  private start(time: ClusterTime, lost: string | undefined): void {
    if (lost !== undefined) this.epoch++
    this.assembler.discard()
    this.received = time
    this.recent = new RecentChanges(positionAt(this.epoch, time))
    this.reach(positionAt(this.epoch, time))
    if (lost !== undefined) this.tellLost(lost)
  }

  private async receive(images: PostImages, raw: RawEvent, token: unknown): Promise<void> {
    const event = readEvent(raw)
    if (event !== undefined) {
      this.received = event.time
      for (const group of this.assembler.add(event)) await this.handOver(images, group)
    }
    const time = tokenTime(token)
    if (time !== undefined) for (const group of this.assembler.passed(time)) await this.handOver(images, group)
  }

  /** Nothing has happened: what was begun is whole, and time has passed. */
  private async rest(images: PostImages, token: unknown): Promise<void> {
    for (const group of this.assembler.idle()) await this.handOver(images, group)
    const time = tokenTime(token)
    if (time === undefined) return
    for (const group of this.assembler.passed(time)) await this.handOver(images, group)
    // Of a cluster, the shard that stands there may still have something to tell of this very moment.
    this.reach(positionAt(this.epoch, this.sharded ? justBefore(time) : time))
  }

  private async handOver(images: PostImages, { time, events }: EventGroup): Promise<void> {
    const pending = events.flatMap(({ changes }) => changes)
    const changes = await this.reads.complete(pending, (collection) => this.followed.has(collection))
    const position = positionAt(this.epoch, time)
    const records = changes.map(({ lookUp: _, ...change }): ChangeRecord => ({ ...change, position }))
    this.recent.push(records)
    this.reach(position, records)
    for (const { collection, operation } of records) {
      if (operation === 'drop') images.forget(collection)
      else if (this.followed.has(collection)) void images.ensure(collection)
    }
    for (const { replaced } of events) {
      if (replaced === undefined) continue
      this.beyond = position
      this.recent = new RecentChanges(`${position} `)
      images.forget(replaced)
      this.tellLost('the collection was renamed', replaced)
    }
  }

  private reach(position: Position, changes: readonly ChangeRecord[] = []): void {
    if (position > this.reached) this.reached = position
    else if (changes.length === 0) return
    for (const listener of this.commitListeners) guarded(() => listener({ position: this.reached, changes }))
    this.arrivals.reach(this.reached)
  }

  private tellLost(reason: string, collection?: string): void {
    for (const listener of this.lostListeners) guarded(() => listener(reason, collection))
  }

  private async lookBack(position: Position, limit: number): Promise<void> {
    const { recent, epoch } = this
    if (position <= this.beyond || recent.since(position) !== undefined) return
    const past = await pastChanges(this.connection.db!, epoch, position, recent.start, limit)
    if (past === undefined) this.beyond = position
    else recent.extend(position, past)
  }
}

/** What a listener throws is no failure of the stream. */
function guarded(job: () => void): void {
  try {
    job()
  } catch (error) {
    reportLater(error)
  }
}
