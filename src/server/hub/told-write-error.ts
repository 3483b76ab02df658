import { ConflictError, MissingError, ValidationError } from '../../errors.js'
import type { Write } from './channel-store.js'

/**
 * What a client may know of why its write failed: nothing of fields that it neither reads nor wrote, and the same of an item that isn't
 * there as of one that it may not see.
 */
export function toldWriteError(error: unknown, channel: string, write: Write, isReadable: (field: string) => boolean): unknown {
  if (error instanceof MissingError)
    return new MissingError(`${write.type}: there is no item ${JSON.stringify(write.id)} in ${channel}`, { cause: error })
  const written = writtenFields(write)
  const isTold = (path: string): boolean => {
    const field = path.split('.', 1)[0]!
    return field === '_id' || field === 'id' || written.has(field) || isReadable(field)
  }
  if (error instanceof ConflictError && error.keyValue !== undefined) {
    const told = Object.entries(error.keyValue).filter(([path]) => isTold(path))
    if (told.length === Object.keys(error.keyValue).length) return error
    const names = told.map(([path]) => path).join(', ')
    return new ConflictError(`another item has the same ${names === '' ? 'unique value' : names}`, Object.fromEntries(told), {
      cause: error,
    })
  }
  if (error instanceof ValidationError) {
    const told = Object.entries(error.fields).filter(([path]) => isTold(path))
    if (told.length === Object.keys(error.fields).length) return error
    const reasons = told.map(([path, reason]) => `${path}: ${reason}`).join(', ')
    return new ValidationError(reasons === '' ? `${channel} does not accept this item` : reasons, Object.fromEntries(told), {
      cause: error,
    })
  }
  return error
}

function writtenFields(write: Write): ReadonlySet<string> {
  if (write.type === 'retract') return new Set()
  return new Set(write.type === 'publish' ? Object.keys(write.item) : [...Object.keys(write.set), ...write.unset])
}
