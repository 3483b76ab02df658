import type { ClientSession, Connection } from 'mongoose'

/** The collection in which the ids of clients' writes are remembered, each with its result. */
export const writesCollection = 'rachis_writes'

const hour = 60 * 60 * 1000
const day = 24 * hour
const prunedAtOnce = 500

interface Remembered {
  readonly _id: string
  readonly at: Date
  readonly channel: string
  readonly result: string
}

/** Remembers each write of a client for a day, in the transaction of the write itself, so that its repetition does nothing. */
export class RememberedWrites {
  private prunedAt = 0
  private pruning: Promise<void> | undefined

  constructor(private readonly connection: Connection) {}

  /** The result of `write` if it has been carried out. */
  async find(write: string, channel: string, session: ClientSession | undefined): Promise<string | undefined> {
    const found = await this.collection().findOne({ _id: write, channel }, session === undefined ? {} : { session })
    return found?.result
  }

  async add(write: string, channel: string, result: string, session: ClientSession | undefined): Promise<void> {
    await this.collection().insertOne({ _id: write, at: new Date(), channel, result }, session === undefined ? {} : { session })
  }

  /**
   * Forgets what is older than a day, the oldest first: some at a call, so that no write pays for all, until an hour can pass. Never rejects:
   * what can't be forgotten now is later, and disturbs no write meanwhile.
   */
  async prune(now = Date.now()): Promise<void> {
    if (now - this.prunedAt < hour) return
    this.pruning ??= this.pruneOnce(now).finally(() => (this.pruning = undefined))
    await this.pruning
  }

  private async pruneOnce(now: number): Promise<void> {
    let found = 0
    try {
      // A store that takes no index (a user without the right, a name in use) is asked all the same.
      await this.collection()
        .createIndex({ at: 1 }, {}, {})
        .catch(() => undefined)
      const old = this.collection().find({ at: { $lt: new Date(now - day) } }, { projection: { _id: 1 } })
      const ids = (await old.sort({ at: 1 }).limit(prunedAtOnce).toArray()).map(({ _id }) => _id)
      if (ids.length > 0) await this.collection().deleteMany({ _id: { $in: ids } })
      found = ids.length
    } catch {
      // In an hour, then.
    }
    if (found < prunedAtOnce) this.prunedAt = now
  }

  private collection() {
    return this.connection.collection<Remembered>(writesCollection)
  }
}
