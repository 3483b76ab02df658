import { LawError, MissingPeerError, OperatorError, RachisError, StoreError } from '../../errors.js'
import { toWireError, type WireError } from '../../streams/transports/dnode/wire-error.js'

/** Whether an error is the server's own affair: it is for its log, and its message may hold what is no client's business. */
export function isInternal(error: unknown): boolean {
  return (
    !(error instanceof RachisError) ||
    error instanceof StoreError ||
    error instanceof OperatorError ||
    error instanceof LawError ||
    error instanceof MissingPeerError
  )
}

/** What a client is told of an error. */
export function toldError(error: unknown): WireError {
  if (error instanceof StoreError) return { code: error.code, message: "the server's store failed; its log knows more" }
  return toWireError(isInternal(error) ? undefined : error)
}
