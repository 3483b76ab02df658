import mongoose from 'mongoose'
import { StoreError, describeCause } from '../../errors.js'

/** A document as it is stored and handed out: plain, with the classes of `bson` for what JSON doesn't have. */
export type Doc = Record<string, unknown>

const { BSON } = mongoose.mongo

/** 16 MiB, MongoDB's limit: what is larger here couldn't be moved there. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024

/** The BSON of a document. Shares nothing with it; `undefined` becomes null, as MongoDB's driver does by default. Throws on what BSON can't hold. */
export function encodeDocument(document: object): Buffer {
  const bytes = BSON.serialize(document, { ignoreUndefined: false })
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new mongoose.mongo.MongoServerError({
      message: `the document has ${bytes.length} bytes; at most ${MAX_DOCUMENT_BYTES} are possible`,
      code: 10334,
      codeName: 'BSONObjectTooLarge',
    })
  }
  return asBuffer(bytes)
}

/** A fresh document; nothing of it aliases the bytes. Throws `StoreError` for bytes that are no document. */
export function decodeDocument(bytes: Uint8Array): Doc {
  try {
    return BSON.deserialize(bytes)
  } catch (cause) {
    throw new StoreError(
      `a stored document can't be read, the data folder is damaged: ${describeCause(cause)}; restore a copy of the folder`,
      {
        cause,
      },
    )
  }
}

/** A copy that shares nothing with the value, by way of BSON. */
export function copyValue<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  return decodeDocument(encodeDocument({ value })).value as T
}

/** A view of the same bytes as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
