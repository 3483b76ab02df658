import type { ClientSession, Connection } from 'mongoose'

/** The collection in which the ids of clients' writes are remembered, each with its result. */
export const writesCollection = 'rachis_writes'

const day = 24 * 60 * 60 * 1000

interface Remembered {
  readonly _id: string
  readonly at: Date
  readonly channel: string
  readonly result: string
}

/** Remembers each write of a client for a day, in the transaction of the write itself, so that its repetition does nothing. */
export class RememberedWrites {
  private prunedAt = 0

  constructor(private readonly connection: Connection) {}

  /** The result of `write` if it has been carried out. */
  async find(write: string, channel: string, session: ClientSession | undefined): Promise<string | undefined> {
    const found = await this.collection().findOne({ _id: write, channel }, session === undefined ? {} : { session })
    return found?.result
  }

  async add(write: string, channel: string, result: string, session: ClientSession | undefined): Promise<void> {
    await this.collection().insertOne({ _id: write, at: new Date(), channel, result }, session === undefined ? {} : { session })
  }

  /** Forgets what is older than a day; at most once an hour. */
  async prune(now = Date.now()): Promise<void> {
    if (now - this.prunedAt < day / 24) return
    this.prunedAt = now
    await this.collection().deleteMany({ at: { $lt: new Date(now - day) } })
  }

  private collection() {
    return this.connection.collection<Remembered>(writesCollection)
  }
}
