import type { Connection } from 'mongoose'
import { StoreError } from '../../errors.js'
import type { PendingChange } from './change-events.js'
import type { ClusterTime } from './cluster-time.js'
import { keyOf } from './items.js'
import { mongodbFilter } from './mongodb-filter.js'
import type { Retry } from './retry.js'

type Document = Readonly<Record<string, unknown>>
type Filter = Readonly<Record<string, unknown>>

/** A read of the primary must see what the stream has told already; it does unless a new primary is still catching up. */
class Behind extends Error {
  override readonly name = 'MongoStalePrimaryError'
}

/** Reads of a database, each tried again while the server is away. */
export class StoreReads {
  constructor(
    private readonly connection: Connection,
    private readonly retry: Retry,
  ) {}

  /** What matches, of one cluster time even if it comes in several batches; not older than `floor()`. */
  snapshot(
    collection: string,
    filter: Filter,
    floor: () => ClusterTime | undefined,
  ): Promise<{ time: ClusterTime; documents: readonly Document[] }> {
    return this.retry.run(async () => {
      const oldest = floor()
      const session = this.connection.getClient().startSession({ snapshot: true })
      try {
        const found = this.collection(collection).find(mongodbFilter(filter), { session, readPreference: 'primary' })
        const documents = await found.toArray()
        // The driver's own field, missing in its types.
        const { snapshotTime: time } = session as { readonly snapshotTime?: ClusterTime }
        if (time === undefined) throw new StoreError('this server has no snapshot reads: feeds need MongoDB 5.0 or newer')
        if (oldest !== undefined && time.lessThan(oldest)) throw new Behind(`${collection} was read as of a time before what is known`)
        return { time, documents }
      } finally {
        await session.endSession().catch(() => undefined)
      }
    })
  }

  /** The same changes with the documents that their events did not bring, as they are now; one query a collection. What is gone stays without. */
  async complete(changes: readonly PendingChange[], isFollowed: (collection: string) => boolean): Promise<readonly PendingChange[]> {
    const wanted = new Map<string, unknown[]>()
    for (const { collection, id, lookUp } of changes) {
      if (!lookUp || !isFollowed(collection)) continue
      const ids = wanted.get(collection)
      if (ids === undefined) wanted.set(collection, [id])
      else ids.push(id)
    }
    if (wanted.size === 0) return changes
    const found = new Map<string, Document>()
    for (const [collection, ids] of wanted) {
      const documents = await this.retry.run(() =>
        this.collection(collection)
          .find({ _id: { $in: ids } } as never, { readPreference: 'primary' })
          .toArray(),
      )
      for (const document of documents as Document[]) found.set(nameOf(collection, document['_id']), document)
    }
    return changes.map((change) => {
      const document = change.lookUp ? found.get(nameOf(change.collection, change.id)) : undefined
      return document === undefined ? change : { ...change, document }
    })
  }

  private collection(name: string) {
    return this.connection.db!.collection(name)
  }
}

function nameOf(collection: string, id: unknown): string {
  return `${collection} ${keyOf(id)}`
}
