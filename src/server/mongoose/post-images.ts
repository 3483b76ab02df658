import type mongoose from 'mongoose'

type Db = mongoose.mongo.Db

/**
 * Sees to it that the server keeps documents as they were after each change, of the collections that are followed. Where it may not or cannot,
 * an update's document is looked up when its event comes: then it can be newer than the event, and a state may show half of a later transaction.
 */
export class PostImages {
  private readonly settled = new Map<string, Promise<boolean>>()

  constructor(
    private readonly db: Db,
    /** Servers before MongoDB 6 have none, and not everybody wants to store them. */
    private readonly available: boolean,
  ) {}

  /** Resolves with whether the collection has them; never rejects. */
  ensure(collection: string): Promise<boolean> {
    let settled = this.settled.get(collection)
    if (settled === undefined) {
      settled = this.available ? this.switchOn(collection).catch(() => false) : Promise.resolve(false)
      this.settled.set(collection, settled)
    }
    return settled
  }

  /** The collection is gone; one that comes under its name is another. */
  forget(collection: string): void {
    this.settled.delete(collection)
  }

  private async switchOn(name: string): Promise<boolean> {
    const changeStreamPreAndPostImages = { enabled: true }
    const [found] = await this.db.listCollections({ name }).toArray()
    const options = found && 'options' in found ? (found.options as { changeStreamPreAndPostImages?: { enabled?: boolean } }) : undefined
    if (options?.changeStreamPreAndPostImages?.enabled === true) return true
    if (found === undefined) {
      try {
        await this.db.createCollection(name, { changeStreamPreAndPostImages })
        return true
      } catch {
        // Somebody else was faster.
      }
    }
    await this.db.command({ collMod: name, changeStreamPreAndPostImages })
    return true
  }
}
