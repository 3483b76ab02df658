/* eslint-disable @typescript-eslint/require-await -- the methods of MongoDB's driver answer with promises, failures included */
import { EventEmitter } from 'node:events'
import mongoose from 'mongoose'
import { describeCause } from '../../errors.js'
import { changeEvent, resumeTokenAt, type EventOptions } from './change-event.js'
import { numberIn, type LoggedChange } from './changelog.js'
import { copyValue, type Doc } from './codec.js'
import { requireMingo } from './peers.js'
import { compilePredicate, type Predicate } from './predicate.js'
import { badValue, serverError } from './server-errors.js'
import type { Store } from './store.js'

export interface WatchOptions extends EventOptions {
  readonly resumeAfter?: unknown
  readonly startAfter?: unknown
  /** A `Timestamp`: everything committed at that cluster time or later. */
  readonly startAtOperationTime?: unknown
}

/** What is watched: a collection, a database, or everything. */
export interface WatchScope {
  readonly database?: string
  readonly collection?: string
}

/** How many changes are looked at before others get their turn. */
const BATCH = 256

/**
 * A change stream: reads the change log from a point on, at the pace of its consumer, so that nothing is lost, doubled or piled up. Emits `change`, `resumeTokenChanged`, `error`,
 * `close`, `end`, or is read by `next`, `tryNext`, `hasNext` and `for await`.
 *
 * Fails with 286 if the log was trimmed beyond the point where it stands (the option `changeLog` of the URI).
 */
export class EmbeddedChangeStream extends EventEmitter implements AsyncIterable<Doc> {
  closed = false
  private next_: number
  private token: Doc
  private readonly ready: Doc[] = []
  private readonly waiting = new Set<() => void>()
  private readonly stages: (event: Doc) => Doc | undefined
  private readonly stop: () => void
  private flowing = false
  private failure: Error | undefined
  /** The last event has been read from the log. */
  private ended = false

  constructor(
    private readonly store: Store,
    private readonly scope: WatchScope,
    pipeline: readonly Doc[],
    private readonly options: WatchOptions,
  ) {
    super()
    this.stages = compileStages(pipeline)
    this.next_ = startOf(store, options)
    this.token = resumeTokenAt(store.environment.epoch, this.next_ - 1)
    this.stop = store.onCommit(() => this.wake())
    store.streams.add(this)
  }

  /** Where a new stream has to `resumeAfter` to continue here. */
  get resumeToken(): Doc {
    return copyValue(this.token)
  }

  override on(name: string | symbol, listener: (...parameters: never[]) => void): this {
    super.on(name, listener as (...parameters: unknown[]) => void)
    if (name === 'change') this.flow()
    return this
  }
  override addListener(name: string | symbol, listener: (...parameters: never[]) => void): this {
    return this.on(name, listener)
  }
  override once(name: string | symbol, listener: (...parameters: never[]) => void): this {
    super.once(name, listener as (...parameters: unknown[]) => void)
    if (name === 'change') this.flow()
    return this
  }

  async next(): Promise<Doc> {
    for (;;) {
      const event = await this.tryNext()
      if (event !== null) return event
      if (this.closed) throw new mongoose.mongo.MongoAPIError('ChangeStream is closed')
      await this.change()
    }
  }

  async tryNext(): Promise<Doc | null> {
    this.pull()
    const event = this.ready.shift()
    if (event === undefined) {
      if (this.ended) await this.close()
      if (this.failure !== undefined) throw this.failure
      return null
    }
    this.advance(event)
    return event
  }

  async hasNext(): Promise<boolean> {
    for (;;) {
      this.pull()
      if (this.ready.length > 0) return true
      if (this.failure !== undefined) throw this.failure
      if (this.closed || this.ended) return false
      await this.change()
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Doc> {
    try {
      while (await this.hasNext()) yield await this.next()
    } finally {
      await this.close()
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.stop()
    this.store.streams.delete(this)
    this.wake()
    this.emit('close')
    this.emit('end')
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve))
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }

  private flow(): void {
    if (this.flowing) return
    this.flowing = true
    // Listeners that are added in the same breath hear the first event too.
    queueMicrotask(() => void this.run())
  }

  private async run(): Promise<void> {
    try {
      for (;;) {
        const event = await this.tryNext()
        if (event !== null) this.emit('change', event)
        else if (this.closed) return
        else await this.change()
      }
    } catch (error) {
      // Without a listener this throws, as with every emitter: a stream must not end unnoticed.
      try {
        this.emit('error', error)
      } finally {
        await this.close()
      }
    }
  }

  /** Reads on in the log until there is an event, or a batch without one. */
  private pull(): void {
    while (this.ready.length === 0 && !this.closed && !this.ended && this.failure === undefined && this.next_ <= this.store.lastNumber) {
      try {
        this.pullBatch()
      } catch (error) {
        this.failure = error instanceof Error ? error : new Error(String(error))
      }
    }
    if (this.ready.length === 0) this.setToken(resumeTokenAt(this.store.environment.epoch, this.next_ - 1))
  }

  private pullBatch(): void {
    if (this.next_ < this.store.firstNumber) throw historyLost('the change log no longer reaches back to where the stream stands')
    let seen = 0
    for (const change of this.store.changesFrom(this.next_)) {
      this.next_ = change.number + 1
      if (this.concerns(change)) this.take(change)
      if (++seen === BATCH || this.ended) break
    }
  }

  private take(change: LoggedChange): void {
    const event = this.stages(changeEvent(change, this.options))
    if (event !== undefined) this.ready.push(event)
    if (change.operation === 'drop' && this.scope.collection !== undefined) this.invalidate(change)
  }

  /** A stream on a collection ends with it; one started after the event hears of what comes with a new collection of that name. */
  private invalidate(change: LoggedChange): void {
    const { _id, clusterTime, wallTime } = changeEvent(change, {})
    const event = this.stages({ _id, operationType: 'invalidate', clusterTime, wallTime })
    if (event !== undefined) this.ready.push(event)
    this.ended = true
  }

  private concerns({ namespace }: LoggedChange): boolean {
    const { database, collection } = this.scope
    return (
      database === undefined ||
      (collection === undefined ? namespace.startsWith(`${database}.`) : namespace === `${database}.${collection}`)
    )
  }

  private advance(event: Doc): void {
    this.setToken(event._id as Doc)
    if (event.operationType === 'invalidate') void this.close()
  }

  private setToken(token: Doc): void {
    if (token._data === this.token._data) return
    this.token = token
    this.emit('resumeTokenChanged', this.resumeToken)
  }
}

/** The number of the first change to be told. */
function startOf(store: Store, options: WatchOptions): number {
  const token = options.resumeAfter ?? options.startAfter
  if (token !== undefined && token !== null) {
    const data = (token as Doc)._data
    if (typeof data !== 'string')
      throw serverError(9, 'FailedToParse', 'a resume token is the _id of a change event, or the resumeToken of a stream')
    const number = numberIn(data, store.environment.epoch)
    if (number === undefined) throw historyLost('the resume token is of another history than that of this data folder')
    if (store.numberAt(data) === undefined) throw historyLost('the change log no longer reaches back to the resume token')
    return number + 1
  }
  const time = options.startAtOperationTime
  if (time === undefined || time === null) return store.lastNumber + 1
  const { high, low } = time as { readonly high: number; readonly low: number }
  return firstSince(store, high >>> 0, low >>> 0)
}

/** Binary search: the cluster times in the log rise. */
function firstSince(store: Store, seconds: number, increment: number): number {
  let low = store.firstNumber
  let high = store.lastNumber + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [change] = store.changesFrom(middle)
    const earlier =
      change !== undefined && (change.stamp.seconds < seconds || (change.stamp.seconds === seconds && change.stamp.increment < increment))
    if (earlier) low = middle + 1
    else high = middle
  }
  if (low === store.firstNumber && store.firstNumber > 1) throw historyLost('the change log may not reach back to this time')
  return low
}

function historyLost(reason: string): Error {
  return serverError(286, 'ChangeStreamHistoryLost', `${reason}; read everything anew, or let the log be longer (changeLog in the URI)`)
}

/** `$match` by the store's own compiler, other stages by mingo, event by event. */
function compileStages(pipeline: readonly Doc[]): (event: Doc) => Doc | undefined {
  const stages = pipeline.map((stage): ((event: Doc) => Doc | undefined) => {
    const [name, operand] = Object.entries(stage)[0] ?? []
    if (name === '$match') {
      const test: Predicate = compilePredicate(operand)
      return (event) => (test(event) ? event : undefined)
    }
    if (name === '$changeStreamSplitLargeEvent') return (event) => event
    const allowed = ['$project', '$addFields', '$set', '$unset', '$replaceRoot', '$replaceWith', '$redact']
    if (name === undefined || !allowed.includes(name)) throw badValue(`the stage ${String(name)} can't stand in a change stream`)
    const { aggregate } = requireMingo('runs stages of change streams')
    return (event) => {
      try {
        return copyValue(aggregate([event], [copyValue(stage)], { scriptEnabled: false })[0] as Doc | undefined)
      } catch (cause) {
        throw badValue(`the stage ${name} of a change stream failed: ${describeCause(cause)}`)
      }
    }
  })
  return (event) => stages.reduce<Doc | undefined>((current, stage) => (current === undefined ? undefined : stage(current)), event)
}
