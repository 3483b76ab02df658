import { createHash } from 'node:crypto'
import { encodeItem } from '../../streams/transports/dnode/item-codec.js'
import type { Write } from './channel-store.js'

/**
 * Under what a write is remembered: short whatever the client sent, and the same only for the same write of the same user. Another's write
 * never answers for one's own, also where clients number their writes 1, 2, 3.
 */
export function writeKey(channel: string, user: unknown, write: Write): string {
  const content = JSON.stringify([channel, nameOf(user), encodeItem(write)])
  return createHash('sha256').update(content).digest('base64url')
}

/** What of a user stays the same when they sign in again. */
function nameOf(user: unknown): unknown {
  if (typeof user !== 'object' || user === null) return String(user)
  const { id, _id } = user as { readonly id?: unknown; readonly _id?: unknown }
  const name = id ?? _id
  return typeof name === 'bigint' ? String(name) : name
}
