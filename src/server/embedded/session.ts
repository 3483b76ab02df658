/* eslint-disable @typescript-eslint/require-await -- the methods of MongoDB's driver answer with promises, failures included */
import { EventEmitter } from 'node:events'
import mongoose from 'mongoose'
import { serverError, transient } from './server-errors.js'
import type { Store } from './store.js'
import { OverlayTransaction } from './transaction.js'
import type { View, Work } from './view.js'

type State =
  | { readonly kind: 'none' | 'starting' | 'committed' | 'aborted' }
  | { readonly kind: 'running'; readonly overlay: OverlayTransaction }
  /** A statement failed: as on MongoDB nothing of the transaction can be saved. */
  | { readonly kind: 'failed' }

const RETRY_FOR_MS = 120_000

/** A session with at most one transaction at a time. Named as Mongoose recognizes it. */
export class ClientSession extends EventEmitter {
  readonly id = { id: new mongoose.mongo.UUID() }
  hasEnded = false
  private state: State = { kind: 'none' }

  constructor(private readonly store: Store) {
    super()
  }

  /** What Mongoose looks at to know that there are transactions. */
  get transaction(): { readonly isActive: boolean; readonly isCommitted: boolean } {
    return { isActive: this.inTransaction(), isCommitted: this.state.kind === 'committed' }
  }

  belongsTo(store: Store): boolean {
    return this.store === store
  }

  inTransaction(): boolean {
    return this.state.kind === 'starting' || this.state.kind === 'running' || this.state.kind === 'failed'
  }

  startTransaction(): void {
    if (this.hasEnded) throw new mongoose.mongo.MongoExpiredSessionError()
    if (this.inTransaction()) throw transactionError('Transaction already in progress')
    this.state = { kind: 'starting' }
  }

  async commitTransaction(): Promise<void> {
    if (this.state.kind === 'none') throw transactionError('No transaction started')
    if (this.state.kind === 'aborted') throw transactionError('Cannot call commitTransaction after calling abortTransaction')
    if (this.state.kind === 'failed') {
      this.state = { kind: 'aborted' }
      throw noSuchTransaction()
    }
    if (this.state.kind !== 'running') return void (this.state = { kind: 'committed' })
    const { overlay } = this.state
    this.state = { kind: 'aborted' }
    overlay.commit()
    this.state = { kind: 'committed' }
  }

  async abortTransaction(): Promise<void> {
    if (this.state.kind === 'none') throw transactionError('No transaction started')
    if (this.state.kind === 'committed') throw transactionError('Cannot call abortTransaction after calling commitTransaction')
    if (this.state.kind === 'running') this.state.overlay[Symbol.dispose]()
    this.state = { kind: 'aborted' }
  }

  /** Runs `body` in a transaction, again if another commit was faster. */
  async withTransaction<T>(body: (session: this) => Promise<T>): Promise<T> {
    const begun = Date.now()
    for (;;) {
      this.startTransaction()
      try {
        const result = await body(this)
        if (this.inTransaction()) await this.commitTransaction()
        return result
      } catch (error) {
        if (this.inTransaction()) await this.abortTransaction()
        const again = error instanceof mongoose.mongo.MongoError && error.hasErrorLabel('TransientTransactionError')
        if (!again || Date.now() - begun > RETRY_FOR_MS) throw error
      }
    }
  }

  async endSession(): Promise<void> {
    if (this.hasEnded) return
    if (this.inTransaction()) await this.abortTransaction()
    this.hasEnded = true
    this.emit('ended', this)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.endSession()
  }

  /** Runs a reading statement where this session stands. */
  read<T>(statement: (view: View) => T): T {
    return this.inTransaction() ? this.inside(statement) : statement(this.store)
  }

  /** Runs a writing statement where this session stands. */
  write<T>(statement: (work: Work) => T): T {
    return this.inTransaction() ? this.inside(statement) : this.store.write(statement)
  }

  private inside<T>(statement: (work: Work) => T): T {
    if (this.state.kind === 'failed') throw noSuchTransaction()
    if (this.state.kind === 'starting') this.state = { kind: 'running', overlay: OverlayTransaction.begin(this.store) }
    if (this.state.kind !== 'running') throw noSuchTransaction()
    try {
      return statement(this.state.overlay)
    } catch (error) {
      this.state.overlay[Symbol.dispose]()
      this.state = { kind: 'failed' }
      throw error
    }
  }
}

function transactionError(message: string): Error {
  return new mongoose.mongo.MongoTransactionError(message)
}

function noSuchTransaction(): Error {
  return transient(
    serverError(251, 'NoSuchTransaction', 'the transaction has been aborted, because a statement of it failed; run it again'),
  )
}
