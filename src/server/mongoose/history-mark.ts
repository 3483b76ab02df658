import type { Connection } from 'mongoose'
import { randomId } from '../../streams/internal/random-id.js'
import { isDenied } from './mongodb-errors.js'

/** The collection that says which history a database has, so that a position of another database is not taken for one of this. */
export const historyCollection = 'rachis_history'

interface Mark {
  readonly _id: 'history' | 'nudge'
  readonly id?: string
  readonly n?: number
}

/** A name for the history of a database, and a way to make it go on. */
export class HistoryMark {
  private denied = false

  constructor(private readonly connection: Connection) {}

  /** The id, made by the first process that asks; of a database that may not be written, `otherwise`. */
  async read(otherwise: string): Promise<string> {
    const find = { _id: 'history' as const }
    try {
      const options = { upsert: true, returnDocument: 'after' as const }
      const mark = await this.collection().findOneAndUpdate(find, { $setOnInsert: { id: randomId() } }, options)
      return mark?.id ?? otherwise
    } catch (error) {
      // Two that made it at once: the other was faster.
      if ((error as { code?: unknown }).code === 11000) return this.read(otherwise)
      if (!isDenied(error)) throw error
      this.denied = true
      return (await this.collection().findOne(find))?.id ?? otherwise
    }
  }

  /** Writes something, so that the change stream has an event after all that was written before. Never rejects. */
  async nudge(): Promise<void> {
    if (this.denied) return
    try {
      await this.collection().updateOne({ _id: 'nudge' }, { $inc: { n: 1 } }, { upsert: true })
    } catch (error) {
      this.denied = isDenied(error)
    }
  }

  private collection() {
    return this.connection.db!.collection<Mark>(historyCollection)
  }
}
