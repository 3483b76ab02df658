import mongoose from 'mongoose'
import { equalValues } from '../../streams/query.js'
import { isDocument } from '../../streams/internal/value-order.js'
import { collectionName } from './catalog.js'
import type { LoggedChange } from './changelog.js'
import { positionOf } from './changelog.js'
import { decodeDocument, type Doc } from './codec.js'

export interface EventOptions {
  readonly fullDocument?: string
  readonly fullDocumentBeforeChange?: string
}

/** The token behind a change: position and number in one. */
export function resumeTokenAt(epoch: string, number: number): Doc {
  return { _data: positionOf(epoch, number) }
}

/** A logged change as MongoDB's change streams tell it. Fresh objects throughout. */
export function changeEvent(change: LoggedChange, options: EventOptions): Doc {
  const { stamp, operation } = change
  const [db, coll] = [change.namespace.slice(0, change.namespace.indexOf('.')), collectionName(change.namespace)]
  const event: Doc = {
    _id: resumeTokenAt(stamp.epoch, change.number),
    operationType: operation,
    clusterTime: new mongoose.mongo.Timestamp({ t: stamp.seconds, i: stamp.increment }),
    wallTime: new Date(stamp.wallTime),
    ns: { db, coll },
  }
  if (stamp.session)
    Object.assign(event, { txnNumber: mongoose.mongo.Long.fromNumber(stamp.last), lsid: { id: `${stamp.epoch}.${stamp.last}` } })
  if (operation === 'drop') return event
  const document = change.change.document && decodeDocument(change.change.document)
  const previous = change.change.previous && decodeDocument(change.change.previous)
  event.documentKey = { _id: (document ?? previous)?._id }
  // The post-image is in the log, so a lookup gives exactly the document after this change, not a later one.
  const wanted = operation !== 'update' || (options.fullDocument ?? 'default') !== 'default'
  if (document !== undefined && wanted) event.fullDocument = document
  if (operation === 'update') event.updateDescription = describeUpdate(previous ?? {}, document ?? {})
  const before = options.fullDocumentBeforeChange ?? 'off'
  if (before !== 'off') event.fullDocumentBeforeChange = previous ?? null
  return event
}

/** Which fields an update changed. */
export function describeUpdate(before: Doc, after: Doc): Doc {
  const updatedFields: Doc = {}
  const removedFields: string[] = []
  const truncatedArrays: Doc[] = []
  compare(before, after, '')
  return { updatedFields, removedFields, truncatedArrays }

  function compare(old: Doc, now: Doc, prefix: string): void {
    for (const key of Object.keys(old)) if (!Object.hasOwn(now, key)) removedFields.push(prefix + key)
    for (const key of Object.keys(now)) compareValue(old[key], now[key], prefix + key, Object.hasOwn(old, key))
  }

  function compareValue(old: unknown, now: unknown, path: string, known: boolean): void {
    if (known && equalValues(old, now)) return
    if (isDocument(old) && isDocument(now)) return compare(old, now, `${path}.`)
    if (Array.isArray(old) && Array.isArray(now) && now.length > 0) {
      if (now.length < old.length) truncatedArrays.push({ field: path, newSize: now.length })
      now.forEach((element, i) => compareValue(old[i], element, `${path}.${i}`, i < old.length))
      return
    }
    updatedFields[path] = now
  }
}
