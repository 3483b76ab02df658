import mongoose from 'mongoose'
import { copyValue, decodeDocument, encodeDocument, type Doc } from './codec.js'
import { MAX_ID_BYTES } from './indexes.js'
import { encodeKey } from './key-codec.js'
import { select, type Found, type Selection } from './select.js'
import { badValue, duplicateKey, serverError } from './server-errors.js'
import { upsertDocument } from './upsert.js'
import type { Update } from './update.js'
import type { Work } from './view.js'

const ID_INDEX = { name: '_id_', key: { _id: 1 } } as const

/** Inserts one document. Throws 11000 if its id or a unique value is taken. */
export function insert(work: Work, namespace: string, document: Doc): Doc {
  const complete = withId(plainDocument(document))
  const bytes = encodeDocument(complete)
  const id = idKey(complete._id)
  const entry = work.ensureCollection(namespace)
  if (work.document(entry, id) !== undefined) throw duplicateKey(entry, ID_INDEX, { _id: complete._id })
  // What is indexed is what is stored, not what the caller still holds.
  const stored = entry.indexes.length > 0 ? decodeDocument(bytes) : complete
  if (entry.indexes.length > 0) work.checkUnique(entry, id, stored)
  work.write(entry, { id, operation: 'insert', before: undefined, after: { bytes, document: stored } })
  return complete
}

export interface Modification {
  readonly matched: number
  readonly modified: number
  readonly upserted?: { readonly id: unknown }
  /** The first document before and after, for `findOneAnd…`. */
  readonly before?: Doc
  readonly after?: Doc
}

export interface UpdateStatement extends Selection {
  readonly update: Update
  readonly multi: boolean
  readonly upsert: boolean
}

/** Updates or replaces the documents of a filter, or inserts one if there is none and `upsert` is set. */
export function update(work: Work, namespace: string, statement: UpdateStatement): Modification {
  const found = select(work, namespace, { ...statement, limit: statement.multi ? 0 : 1 })
  if (found.length === 0 && statement.upsert) {
    const document = copyValue(insert(work, namespace, withId(upsertDocument(statement.filter, statement.update))))
    return { matched: 0, modified: 0, upserted: { id: document._id }, after: document }
  }
  let modified = 0
  let after: Buffer | undefined
  for (const each of found) {
    const next = modify(work, namespace, each, statement.update, statement.filter)
    if (next !== undefined) modified++
    after ??= next
  }
  const before = found[0]?.document
  return before === undefined
    ? { matched: 0, modified: 0 }
    : { matched: found.length, modified, before, after: after === undefined ? before : decodeDocument(after) }
}

/** Writes the updated document; `undefined` if the update changes nothing. */
function modify(work: Work, namespace: string, found: Found, change: Update, filter: unknown): Buffer | undefined {
  const document = change.apply(found.bytes, filter)
  const id = idKey(found.document._id)
  if (!Object.hasOwn(document, '_id') || !encodeKey(document._id).equals(id)) {
    throw serverError(66, 'ImmutableField', `the field _id can't be changed (of ${JSON.stringify(found.document._id)} in ${namespace})`)
  }
  const bytes = encodeDocument(document)
  if (bytes.equals(found.bytes)) return undefined
  const entry = work.ensureCollection(namespace)
  const stored = decodeDocument(bytes)
  work.checkUnique(entry, id, stored)
  work.write(entry, { id, operation: change.operation, before: found.bytes, after: { bytes, document: stored } })
  return bytes
}

/** Deletes the documents of a filter; returns those that were deleted. */
export function remove(work: Work, namespace: string, selection: Selection): Doc[] {
  const found = select(work, namespace, selection)
  for (const { bytes, document } of found) {
    work.write(work.ensureCollection(namespace), { id: idKey(document._id), operation: 'delete', before: bytes, after: undefined })
  }
  return found.map(({ document }) => document)
}

/** Mongoose hands its own documents over in bulk writes; what is stored is what they are in BSON. */
function plainDocument(document: Doc): Doc {
  return typeof document.toBSON === 'function' ? ((document as { toBSON(): unknown }).toBSON() as Doc) : document
}

/** The document with its id, made if missing, in front. */
export function withId(document: Doc): Doc {
  if (document._id !== undefined) return Object.keys(document)[0] === '_id' ? document : { _id: document._id, ...document }
  const { _id: _none, ...rest } = document
  return { _id: new mongoose.mongo.ObjectId(), ...rest }
}

function idKey(id: unknown): Buffer {
  if (Array.isArray(id) || id instanceof RegExp) throw badValue('an _id must not be an array or a regular expression')
  const key = encodeKey(id)
  if (key.length > MAX_ID_BYTES)
    throw serverError(17280, 'KeyTooLong', `an _id may have at most ${MAX_ID_BYTES} bytes here, this one has ${key.length}`)
  return key
}
