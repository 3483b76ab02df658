import { ConnectionError, describeCause, StoreError } from '../../errors.js'

interface ServerError {
  readonly name?: string
  readonly code?: number | string
  readonly hasErrorLabel?: (label: string) => boolean
}

/** The point to go on from is gone from the server's log, or its token is of no use: 286, 280, 260, and an event too large for any batch. */
const lostCodes = new Set<unknown>([286, 280, 260, 10334, 136])
/** The server is going, coming, or has another role for the moment; or its snapshot of a moment ago isn't there (yet). */
const passingCodes = new Set<unknown>([6, 7, 43, 89, 91, 133, 134, 189, 234, 237, 239, 246, 262, 9001, 10107, 11600, 11602, 13435, 13436])
const deniedCodes = new Set<unknown>([13, 18])

/** The history can't be followed from where we were. */
export function isHistoryLost(error: unknown): boolean {
  const { code } = error as ServerError
  return lostCodes.has(code) || hasLabel(error, 'NonResumableChangeStreamError')
}

/** Worth trying again: nothing is wrong with what was asked. */
export function isPassing(error: unknown): boolean {
  const { name = '', code } = error as ServerError
  if (/^Mongo(Network|PoolCleared|ServerSelection|StalePrimary)/.test(name)) return true
  return passingCodes.has(code) || hasLabel(error, 'ResumableChangeStreamError') || hasLabel(error, 'RetryableWriteError')
}

/** The user of the connection may not do this. */
export function isDenied(error: unknown): boolean {
  return deniedCodes.has((error as ServerError).code)
}

/** What the user of a standalone server is told. */
export function standaloneError(): StoreError {
  return new StoreError(
    'this MongoDB is a standalone server, which has no change streams and no transactions, so its collections have no feeds: start it as a replica set ' +
      'of one (mongod --replSet rs0, then rs.initiate() once in mongosh), or use the embedded driver (mongoose.setDriver(embedded))',
  )
}

/** What the user of a connection without the rights is told. */
export function deniedError(cause: unknown): StoreError {
  return new StoreError(
    `this MongoDB user may not follow the database: give it the role "read" (actions find and changeStream): ${describeCause(cause)}`,
    { cause },
  )
}

/** The connection was closed while something was under way. */
export function closedError(): ConnectionError {
  return new ConnectionError('the Mongoose connection has been closed')
}

function hasLabel(error: unknown, label: string): boolean {
  return (error as ServerError).hasErrorLabel?.(label) === true
}
