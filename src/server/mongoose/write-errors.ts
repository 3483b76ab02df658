import mongoose from 'mongoose'
import { ConflictError, ConnectionError, MissingError, RachisError, ValidationError } from '../../errors.js'
import { TakenError } from './document-write.js'
import { isPassing } from './mongodb-errors.js'

/** What a client can do something about, as one of our errors; anything else as it is. */
export function writeError(error: unknown): unknown {
  if (error instanceof RachisError) return error
  if (error instanceof TakenError) return new ConflictError(error.message, { _id: error.id }, { cause: error })
  if (error instanceof mongoose.Error.ValidationError) {
    const fields = Object.fromEntries(Object.entries(error.errors).map(([path, { message }]) => [path, message]))
    return new ValidationError(error.message, fields, { cause: error })
  }
  if (error instanceof mongoose.Error.CastError || error instanceof mongoose.Error.StrictModeError) {
    return new ValidationError(error.message, { [error.path]: error.message }, { cause: error })
  }
  if (error instanceof mongoose.Error.DocumentNotFoundError)
    return new MissingError('the item has been removed meanwhile', { cause: error })
  const { code, keyValue } = error as { code?: unknown; keyValue?: Record<string, unknown> }
  if (code === 11000) {
    const taken = Object.keys(keyValue ?? {}).join(', ')
    return new ConflictError(`another item has the same ${taken === '' ? 'unique value' : taken}`, keyValue, { cause: error })
  }
  if (isPassing(error)) return new ConnectionError('the database went away while it was written to', true, { cause: error })
  return error
}

/** Whether the same write may well succeed when it is tried again at once; that it is remembered makes that safe. */
export function isTransient(error: unknown): boolean {
  if (error instanceof mongoose.Error.VersionError || isPassing(error)) return true
  const { code, hasErrorLabel } = error as { code?: unknown; hasErrorLabel?: (label: string) => boolean }
  return code === 112 || hasErrorLabel?.call(error, 'TransientTransactionError') === true
}
