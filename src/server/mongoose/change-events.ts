import type { ChangeRecord } from './change-source.js'
import type { ClusterTime } from './cluster-time.js'
import { writesCollection } from './remembered-writes.js'

/** A change of which only the position is missing, and perhaps the document. */
export interface PendingChange extends Omit<ChangeRecord, 'position'> {
  /** The event says that there is a document but not which: it is to be looked up. */
  readonly lookUp: boolean
}

/** What one event of a database's change stream says. */
export interface StreamEvent {
  readonly time: ClusterTime
  /** The transaction that it belongs to: one session and number. */
  readonly transaction: string | undefined
  /** It is the last that our own writes do in their transaction. */
  readonly last: boolean
  readonly changes: readonly PendingChange[]
  /** A collection whose whole contents are others now. */
  readonly replaced: string | undefined
}

/** An event as the driver gives it, as far as it is read here. */
export interface RawEvent {
  readonly _id: unknown
  readonly operationType: string
  readonly clusterTime?: ClusterTime
  readonly ns?: { readonly coll?: string }
  readonly to?: { readonly coll?: string }
  readonly documentKey?: { readonly _id?: unknown }
  readonly fullDocument?: Readonly<Record<string, unknown>> | null
  readonly lsid?: { readonly id: { toString(): string }; readonly uid?: { toString(): string } }
  readonly txnNumber?: { toString(): string }
}

/** `undefined` for what concerns no documents. */
export function readEvent(event: RawEvent): StreamEvent | undefined {
  const collection = event.ns?.coll
  if (collection === undefined || event.clusterTime === undefined) return undefined
  const changes = changesOf(event, collection)
  if (changes === undefined) return undefined
  const transaction = event.txnNumber && `${event.lsid?.id.toString()} ${event.lsid?.uid?.toString()} ${event.txnNumber.toString()}`
  return {
    time: event.clusterTime,
    transaction,
    last: transaction !== undefined && collection === writesCollection && event.operationType === 'insert',
    changes,
    replaced: event.operationType === 'rename' ? event.to?.coll : undefined,
  }
}

function changesOf(event: RawEvent, collection: string): readonly PendingChange[] | undefined {
  const id = event.documentKey?._id
  const { operationType: operation, fullDocument } = event
  switch (operation) {
    case 'insert':
    case 'update':
    case 'replace': {
      const document = fullDocument ?? undefined
      return [{ operation, collection, id, lookUp: document === undefined, ...(document && { document }) }]
    }
    case 'delete':
      return [{ operation, collection, id, lookUp: false }]
    case 'drop':
    case 'rename':
      return [{ operation: 'drop', collection, id: undefined, lookUp: false }]
    default:
      return undefined
  }
}
