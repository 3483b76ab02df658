import { describeCause, StoreError } from '../../errors.js'
import type { Position } from '../../streams/cursor.js'
import { catalogFromDocument, catalogToDocument, EMPTY_CATALOG, type Catalog, type CollectionEntry } from './catalog.js'
import { edgeOfLog, encodeChange, LoggedChange, logKey, numberIn, positionOf, readChanges, type TransactionStamp } from './changelog.js'
import { decodeDocument, encodeDocument } from './codec.js'
import type { Environment } from './environment.js'
import { openEnvironment } from './environment.js'
import { TableReader, wholeRange } from './tables.js'
import { loadLmdb, prepareMingo } from './peers.js'
import type { StoreLocation } from './uri.js'
import type { View } from './view.js'
import { WriteUnit } from './write-unit.js'

/** One transaction, after its commit. */
export interface Committed {
  readonly position: Position
  readonly changes: readonly LoggedChange[]
}

const CATALOG = Buffer.from('catalog')

/** An open data folder: committed state, one writer, the change log, and who listens to commits. */
export class Store extends TableReader implements View {
  private catalog: Catalog
  private last: number
  private first: number
  private time: { seconds: number; increment: number }
  private readonly counts = new Map<string, number>()
  private readonly listeners = new Set<(committed: Committed) => void>()
  private readonly undelivered: Committed[] = []
  private delivering = false
  /** Open change streams: they end with the store. */
  readonly streams = new Set<{ close(): Promise<void> }>()

  private constructor(
    environment: Environment,
    private readonly changeLog: number,
  ) {
    super(environment)
    const bytes = environment.meta.getBinary(CATALOG)
    this.catalog = bytes === undefined ? EMPTY_CATALOG : catalogFromDocument(decodeDocument(bytes))
    this.last = edgeOfLog(environment.changes, 'last') ?? 0
    this.first = edgeOfLog(environment.changes, 'first') ?? this.last + 1
    this.time = { seconds: 0, increment: 0 }
    for (const change of readChanges(environment.changes, environment.epoch, this.last)) this.time = change.stamp
  }

  /** Opens a data folder. Throws `StoreError`, `MissingPeerError`. */
  static async open(location: StoreLocation): Promise<Store> {
    await loadLmdb()
    await prepareMingo()
    const environment = await openEnvironment(location)
    try {
      return new Store(environment, location.changeLog)
    } catch (cause) {
      await environment.close()
      throw new StoreError(`can't open the data folder ${environment.folder}: ${describeCause(cause)}; restore a copy of it`, { cause })
    }
  }

  get position(): Position {
    return positionOf(this.environment.epoch, this.last)
  }

  /** Cluster time of the last commit. */
  get clusterTime(): { readonly seconds: number; readonly increment: number } {
    return this.time
  }

  /** Number of the last change, and of the first that the log still has. */
  get lastNumber(): number {
    return this.last
  }
  get firstNumber(): number {
    return this.first
  }

  collections(): Catalog {
    return this.catalog
  }

  collection(namespace: string): CollectionEntry | undefined {
    return this.catalog.collections.get(namespace)
  }

  /** How many documents a collection has; counted once, then kept. */
  count(namespace: string): number {
    const entry = this.collection(namespace)
    if (entry === undefined) return 0
    let count = this.counts.get(namespace)
    if (count === undefined) this.counts.set(namespace, (count = this.environment.documents.getKeysCount(wholeRange(entry.id))))
    return count
  }

  /** Runs `action` as one transaction in data, catalogue and change log, then tells the listeners. If it throws, nothing has happened. */
  write<T>(action: (unit: WriteUnit) => T, session = false): T {
    const unit = new WriteUnit(this.environment, this.catalog)
    let stamp: TransactionStamp | undefined
    let trimmed = this.first
    const result = this.guard(() =>
      this.environment.transact(() => {
        const result = action(unit)
        if (unit.catalog !== this.catalog) void this.environment.meta.put(CATALOG, encodeDocument(catalogToDocument(unit.catalog)))
        if (unit.changes.length > 0) {
          stamp = this.stamp(unit.changes.length, session)
          trimmed = this.log(unit, stamp)
        }
        return result
      }),
    )
    this.adopt(unit, stamp, trimmed)
    return result
  }

  private guard<T>(action: () => T): T {
    try {
      return action()
    } catch (cause) {
      // What lmdb itself throws is a plain Error with its or the system's number.
      if (cause instanceof Error && Object.getPrototypeOf(cause) === Error.prototype && 'code' in cause && typeof cause.code === 'number') {
        throw new StoreError(`can't write to the data folder ${this.environment.folder}: ${cause.message}; check space and permissions`, {
          cause,
        })
      }
      throw cause
    }
  }

  private stamp(changes: number, session: boolean): TransactionStamp {
    const wallTime = Date.now()
    const seconds = Math.max(this.time.seconds, Math.floor(wallTime / 1000))
    const increment = seconds === this.time.seconds ? this.time.increment + 1 : 1
    return { epoch: this.environment.epoch, last: this.last + changes, seconds, increment, wallTime, session }
  }

  /** Appends the changes and takes away as many as are too many, a few at a time so that no write pays for all. */
  private log(unit: WriteUnit, stamp: TransactionStamp): number {
    const { changes } = this.environment
    const append = { append: true } as unknown as number
    unit.changes.forEach((change, i) => void changes.put(logKey(this.last + 1 + i), encodeChange(change, stamp), append))
    const excess = stamp.last - this.first + 1 - this.changeLog
    const removed = Math.max(0, Math.min(excess, unit.changes.length * 2 + 8))
    for (let i = 0; i < removed; i++) void changes.remove(logKey(this.first + i))
    return this.first + removed
  }

  private adopt(unit: WriteUnit, stamp: TransactionStamp | undefined, first: number): void {
    this.catalog = unit.catalog
    for (const namespace of unit.dropped) this.counts.delete(namespace)
    for (const [namespace, growth] of unit.growth) {
      const known = this.counts.get(namespace)
      if (known !== undefined) this.counts.set(namespace, known + growth)
    }
    if (stamp === undefined) return
    const begin = this.last + 1
    this.last = stamp.last
    this.first = first
    this.time = stamp
    this.undelivered.push({
      position: this.position,
      changes: unit.changes.map((change, i) => new LoggedChange(begin + i, stamp, change)),
    })
    this.deliver()
  }

  /** Hears every commit, in order, before the write that made it returns (a write from inside a listener: after the listener). */
  onCommit(listener: (committed: Committed) => void): () => void {
    const own = (committed: Committed) => listener(committed)
    this.listeners.add(own)
    return () => void this.listeners.delete(own)
  }

  private deliver(): void {
    if (this.delivering) return
    this.delivering = true
    try {
      for (let next = this.undelivered.shift(); next !== undefined; next = this.undelivered.shift()) {
        for (const listener of [...this.listeners]) {
          try {
            listener(next)
          } catch (error) {
            // As an uncaught error, so that it is seen and yet disturbs neither the writer nor the other listeners.
            queueMicrotask(() => {
              throw error
            })
          }
        }
      }
    } finally {
      this.delivering = false
    }
  }

  /** The number that a position of this history stands for, or `undefined` if the log can't continue from there. */
  numberAt(position: Position): number | undefined {
    const number = numberIn(position, this.environment.epoch)
    return number !== undefined && number >= this.first - 1 && number <= this.last ? number : undefined
  }

  async close(): Promise<void> {
    for (const stream of this.streams) await stream.close()
    this.listeners.clear()
    await this.environment.close()
  }

  /** Changes from a number on, read from the log. */
  changesFrom(number: number): Generator<LoggedChange> {
    return readChanges(this.environment.changes, this.environment.epoch, number)
  }
}
