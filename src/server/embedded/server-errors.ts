import mongoose from 'mongoose'
import type { CollectionEntry, IndexEntry } from './catalog.js'
import type { Doc } from './codec.js'

const { MongoServerError } = mongoose.mongo

/** An error as MongoDB's server would answer. */
export function serverError(code: number, codeName: string, message: string, more: Doc = {}): mongoose.mongo.MongoServerError {
  return new MongoServerError({ message, errmsg: message, ok: 0, code, codeName, ...more })
}

export function duplicateKey(
  entry: CollectionEntry,
  index: Pick<IndexEntry, 'name' | 'key'>,
  keyValue: Doc,
): mongoose.mongo.MongoServerError {
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${JSON.stringify(value)}`)
  const message = `E11000 duplicate key error collection: ${entry.namespace} index: ${index.name} dup key: { ${shown.join(', ')} }`
  return serverError(11000, 'DuplicateKey', message, { index: 0, keyPattern: { ...index.key }, keyValue })
}

export function badValue(message: string): mongoose.mongo.MongoServerError {
  return serverError(2, 'BadValue', message)
}

/** What MongoDB can and this driver can't. */
export function notImplemented(what: string): mongoose.mongo.MongoServerError {
  return serverError(238, 'NotImplemented', `${what} is not possible on the embedded driver; connect to MongoDB for it`)
}

/** Another commit was faster; the transaction may simply be run again. */
export function writeConflict(namespace: string): mongoose.mongo.MongoServerError {
  const message = `a document of ${namespace} was changed by another write since this transaction began; run the transaction again`
  return transient(serverError(112, 'WriteConflict', message))
}

export function transient(error: mongoose.mongo.MongoServerError): mongoose.mongo.MongoServerError {
  error.addErrorLabel('TransientTransactionError')
  return error
}
