import { firstValueFrom, filter } from 'rxjs'
import { ConnectionError } from '../../errors.js'
import type { Transport } from '../../streams/node.js'
import { decodeItem } from '../../streams/transports/dnode/item-codec.js'
import type { Connected } from './connect.js'
import type { FileItem } from './json-items.js'
import { withPeers } from './peers.js'

type Item = FileItem['item']
type Identify = (item: FileItem) => { readonly id: string | undefined; readonly item: Item }
type Refused = (item: FileItem, error: unknown) => Error

/** Where items go. */
export interface Loader {
  /** For people, e.g. `node cities`. */
  readonly target: string
  /** How many items are safely there. */
  readonly loaded: number
  /** Resolves when more may be added; rejects with what `refused` makes of the first item that was not accepted. */
  add(batch: readonly FileItem[], identify: Identify, refused: Refused): Promise<void>
  /** Resolves when everything is there. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** How many writes are under way at once: enough to keep the server busy, few enough to fail early. */
const window = 256

/** Over the wire, each item a write of its own. */
export function nodeLoader({ transport, node }: Connected, stop: AbortSignal): Loader {
  const pending = new Set<Promise<void>>()
  let loaded = 0
  let failure: Error | undefined
  const closed = (): void => void transport.close()
  stop.addEventListener('abort', closed, { once: true })
  const check = (): void => {
    if (failure !== undefined) throw failure
  }
  return {
    target: `node ${node.name}`,
    get loaded() {
      return loaded
    },
    async add(batch, identify, refused) {
      await online(transport)
      for (const entry of batch) {
        while (pending.size >= window) await Promise.race(pending)
        check()
        const { id, item } = identify(entry)
        const write = node.publish(decodeItem(item) as Item, id === undefined ? {} : { id }).then(
          () => {
            loaded++
          },
          (error: unknown) => {
            failure ??= refused(entry, error)
          },
        )
        pending.add(write)
        void write.finally(() => pending.delete(write))
      }
    },
    async finish() {
      await Promise.all(pending)
      check()
    },
    async close() {
      stop.removeEventListener('abort', closed)
      await transport.close()
      await Promise.all(pending)
    },
  }
}

/** The first attempt decides: what can't be reached at all is an error here, though a transport would go on trying. */
async function online(transport: Transport): Promise<void> {
  const status = await firstValueFrom(transport.status$.pipe(filter(({ state }) => state !== 'connecting')))
  if (status.state === 'denied') throw status.error
  if (status.state === 'offline') throw new ConnectionError(`the server can't be reached: ${status.reason}`)
}

/** Straight into a data folder, a chunk at a time. */
export async function storeLoader(folder: string, name: string): Promise<Loader> {
  const { openStore } = await withPeers(() => import('./store.js'))
  const store = await openStore(`embedded:${folder}`)
  const collection = store.connection.collection(name)
  let loaded = 0
  return {
    target: `collection ${name} of ${folder}`,
    get loaded() {
      return loaded
    },
    async add(batch, identify, refused) {
      const writes = batch.map((entry) => {
        const { id, item } = identify(entry)
        const document = { ...(decodeItem(item) as Item) }
        if (id === undefined) return { insertOne: { document: { _id: new store.mongoose.Types.ObjectId().toHexString(), ...document } } }
        return { replaceOne: { filter: { _id: id as never }, replacement: document, upsert: true } }
      })
      try {
        await collection.bulkWrite(writes as never)
      } catch (error) {
        throw refused(batch[0]!, error)
      }
      loaded += batch.length
    },
    finish: () => Promise.resolve(),
    close: () => store.close(),
  }
}
